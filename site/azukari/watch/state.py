"""What the pages of center and managers show first: alerts that nobody has seen, sealing, roots."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from history import alerts, sealing
from history.context import WalledRequest
from history.enums import AT_EVERY_FACILITY, AlertKind
from history.models import Alert, Head, Root, Unsealed
from history.models.alert import AlertQuerySet
from records import rules
from records.admin import people
from records.enums import Role
from records.models import Facility

# So many of what was seen stay on the page.
SEEN = 30
ROOTS = 31
# Where somebody reads on who is to see to an alert: a page of the staff tool, and its link.
READ_ON = {
    AlertKind.TERMINAL_REUSE: ("admin:terminals", gettext_lazy("専用端末を見る")),
    AlertKind.SEALED_CODE_USED: ("admin:terminals", gettext_lazy("専用端末を見る")),
    AlertKind.BACKUP_MISSED: ("admin:backups", gettext_lazy("バックアップを見る")),
    AlertKind.EMERGENCY_OPENING: (
        "admin:records_emergencyopening_changelist", gettext_lazy("開いた人と理由を読む"),
    ),
    AlertKind.LOGIN_BURST: ("admin:history_entry_changelist", gettext_lazy("閲覧記録を見る")),
    AlertKind.UNUSUAL_READING: ("admin:history_entry_changelist", gettext_lazy("閲覧記録を見る")),
    AlertKind.SECOND_FACTOR_RESET: ("admin:staff", gettext_lazy("職員名簿を見る")),
    AlertKind.HELP_GRANTED: ("admin:staff", gettext_lazy("職員名簿を見る")),
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Shown:
    """An alert in people's words."""

    alert: Alert
    label: str
    what_to_do: str | Promise
    detail: str
    place: str
    seen_by: str
    url: str
    link: str


@dataclasses.dataclass(frozen=True)
class Outage:
    """What befalls every facility, as a manager reads it; setting it right is the center's."""

    at: dt.datetime
    label: str
    meaning: str | Promise


@dataclasses.dataclass(frozen=True)
class Chain:
    """How far the ledger is sealed. `officers` is how many get the root of each day."""

    head: Head | None
    root: str
    waiting: int
    roots: list[Root]
    officers: int


def open_alerts(request: WalledRequest) -> list[Shown]:
    """What must be looked at now; for those who may, who are managers and the center.

    A worker that stands still can't say so: that is found here, when somebody looks.
    """
    if not rules.manages(request.user):
        return []
    look(request.context.at)
    return shown(alerts_of(request.user).unseen())


def outages(user: object) -> list[Outage]:
    """What a manager is told besides until the center has seen to it; nothing for the others."""
    duty = rules.duty(user)
    if duty is None or duty.role != Role.MANAGER:
        return []
    return [
        Outage(row.at, str(AlertKind(row.kind).label), AT_EVERY_FACILITY[AlertKind(row.kind)])
        for row in Alert.objects.at_every_facility().unseen()
    ]


def alerts_of(user: object) -> AlertQuerySet:
    """All for the center and auditors, the own facility's for managers."""
    duty = rules.required_duty(user)
    if duty.role == Role.MANAGER:
        return Alert.objects.of_facilities(duty.facilities)
    return Alert.objects.of_all_facilities()


def look(at: dt.datetime) -> None:
    """Raise what the worker can't raise while it is not running."""
    if not sealing.is_worker_alive(at):
        alerts.raise_alert(kind=AlertKind.WORKER_STOPPED, at=at)
    waiting_since = sealing.oldest_waiting()
    if waiting_since and at - waiting_since > sealing.PATIENCE:
        alerts.raise_alert(kind=AlertKind.SEAL_LATE, at=at)


def shown(found: Iterable[Alert]) -> list[Shown]:
    """Alerts with the names of people and places, each asked for once."""
    rows = list(found)
    if not rows:
        return []
    numbers = {int(word) for row in rows for word in (row.seen_by, _actor(row)) if word.isdigit()}
    names = people.names_of(numbers)
    places: dict[int | None, str] = dict(Facility.objects.values_list("pk", "name"))

    def name_of(number: str) -> str:
        return names.get(int(number), number) if number.isdigit() else number

    return [
        Shown(
            alert=row,
            label=str(AlertKind(row.kind).label),
            what_to_do=AlertKind(row.kind).what_to_do,
            detail=_said(row, name_of(_actor(row))),
            # An emergency opening was made elsewhere; which place it was, is what is said.
            place="" if row.kind == AlertKind.EMERGENCY_OPENING else places.get(row.facility, ""),
            seen_by=name_of(row.seen_by),
            **_way_on(row),
        )
        for row in rows
    ]


def chain() -> Chain:
    head = Head.objects.first()
    return Chain(
        head=head,
        root=bytes(head.hash).hex() if head else "",
        waiting=Unsealed.objects.count(),
        roots=list(Root.objects.all()[:ROOTS]),
        officers=len(settings.OFFICERS),
    )


def _way_on(row: Alert) -> dict[str, str]:
    page, label = READ_ON.get(AlertKind(row.kind), ("", ""))
    return {"url": reverse(page) if page else "", "link": str(label)}


def _actor(row: Alert) -> str:
    """The account that an alert is about, where its cause begins with one."""
    words = row.cause.split()
    if row.kind == AlertKind.UNUSUAL_READING and words:
        return words[0]
    if row.kind == AlertKind.LOGIN_BURST and words[:1] == ["account"]:
        return words[1]
    return ""


def _said(row: Alert, name: str) -> str:
    if row.kind == AlertKind.UNUSUAL_READING:
        return _("%(name)s：予約のない児童・見た児童（人）、夜間（回）＝%(numbers)s") % {
            "name": name, "numbers": row.detail,
        }  # fmt: skip
    if row.kind == AlertKind.EMERGENCY_OPENING:
        return _("%(place)sの職員が、緊急・配慮カードを開きました。") % {"place": row.detail}
    if name:
        return _("%(name)s：%(count)s回") % {"name": name, "count": row.detail.rpartition(" ")[2]}
    return row.detail
