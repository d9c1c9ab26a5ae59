"""Columns and marks that several lists share."""

import datetime as dt
from collections.abc import Iterable

from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from history import clock
from records.enums import Answer, CareNeedKind, RegistrationState, Severity
from records.models import CareNeed

STATE_BADGES = {
    RegistrationState.ACTIVE: "badge-success",
    RegistrationState.RENEWABLE: "badge-warning",
    RegistrationState.EXPIRED: "badge-danger",
    RegistrationState.SUSPENDED: "badge-danger",
    RegistrationState.DRAFT: "badge-muted",
    RegistrationState.ENDED: "badge-muted",
}
SEVERITY_BADGES = {
    Severity.ANAPHYLAXIS: "badge-danger",
    Severity.EXCLUSION: "badge-warning",
    Severity.CAUTION: "",
}


def badge(text: object, css: str = "") -> SafeString:
    return format_html('<span class="badge {}">{}</span>', css, text)


def two_lines(first: object, second: object) -> SafeString:
    return format_html('{}<span class="sub">{}</span>', first, second)


def day(value: dt.date) -> str:
    """11月28日（土）; with its year where that is not the present one."""
    year = "" if value.year == clock.today().year else "Y年"
    return formats.date_format(value, f"{year}n月j日（D）")


def period(starts_at: dt.datetime, ends_at: dt.datetime | None = None) -> str:
    """11月28日（土）9:00～12:00, on Tokyo's wall clock; without an end 11月28日（土）9:00."""
    start = clock.local(starts_at)
    first = f"{day(start.date())}{hour(start)}"
    return first if ends_at is None else f"{first}～{hour(clock.local(ends_at))}"


def hour(value: dt.datetime | dt.time) -> str:
    """9:00."""
    return f"{value.hour}:{value.minute:02}"


def registration_badge(state: RegistrationState) -> SafeString:
    return badge(state.label, STATE_BADGES.get(state, ""))


def provisional_badge(is_provisional: bool) -> SafeString | str:
    return (
        badge(_("仮設定"), "badge-warning") if is_provisional else badge(_("確定"), "badge-success")
    )


def allergy_mark(needs: Iterable[CareNeed]) -> SafeString | str:
    """The worst allergy of a child and whether it is confirmed. Needs come with their allergies."""
    need = next((need for need in needs if need.kind == CareNeedKind.ALLERGY), None)
    if need is None:
        return ""
    marks = []
    found = {allergy.severity for allergy in need.allergies.all()}
    if need.answer != Answer.NO or found:
        worst = next((severity for severity in Severity if severity in found), None)
        marks.append(
            badge(worst.label, SEVERITY_BADGES[worst])
            if worst
            else badge(need.get_answer_display(), "badge-warning")
        )
    if not need.is_confirmed:
        marks.append(badge(_("未確認"), "badge-warning"))
    return format_html_join(" ", "{}", ((mark,) for mark in marks)) if marks else _("なし")
