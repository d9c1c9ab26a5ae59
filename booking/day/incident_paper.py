"""The report of an accident as a paper: what it says, and the PDF of it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_cjk
import typst
from django.conf import settings
from django.utils.translation import gettext as _

from booking.day.incidents import IncidentRow
from booking.day.models import IncidentEntry
from history import clock
from records import dates
from records.models import User

TEMPLATE = Path(settings.PROJECT) / "templates" / "day" / "incident.typ"
FONTS = Path(pylopdf_fonts_cjk.__file__).parent


def content(row: IncidentRow) -> dict[str, Any]:
    """The words of the paper; what nobody wrote is an empty field to be filled in by hand."""
    incident = row.incident
    children = [
        _("%(name)s（%(years)s歳）")
        % {"name": each.booking.child_name, "years": each.booking.age_years}
        for each in row.children
    ]
    return {
        "title": _("事故・けが・ヒヤリハット報告書"),
        "number": incident.label,
        "printed": _("印刷 %(moment)s") % {"moment": _moment(row.at)},
        "state": str(incident.get_state_display()),
        "facts": [
            [_("施設"), incident.facility.name],
            [_("種類"), str(incident.get_kind_display())],
            [_("起きた日時"), _moment(incident.happened_at)],
            [_("児童"), "、".join(children)],
            [_("場所"), incident.place or ""],
            [_("見ていた職員・人"), incident.witnesses or ""],
        ],
        "texts": [
            [_("起きたこと"), incident.what_happened or ""],
            [_("けが・症状の部位とようす"), incident.injury or ""],
            [_("行ったこと（手当て・受診など）"), incident.what_was_done or ""],
            [_("再び起こさないために"), incident.prevention or ""],
        ],
        "log_title": _("連絡と経過"),
        "log": [
            [_moment(each.happened_at), _entry(each), each.written_by.name] for each in row.entries
        ],
        "names": [
            [_("提出した職員"), _signed(incident.submitted_by, incident.submitted_at)],
            [_("施設責任者の確認"), _signed(incident.signed_by, incident.signed_at)],
        ],
    }


def pdf(row: IncidentRow) -> bytes:
    """A4 as tagged PDF/UA; a word prints letter for letter, markup included."""
    return typst.compile(
        str(TEMPLATE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(content(row))},
        pdf_standards=["ua-1"],
    )


def _entry(entry: IncidentEntry) -> str:
    words = [
        entry.get_kind_display(), entry.get_seriousness_display(), entry.get_stage_display(),
        entry.get_recipient_display(),
    ]  # fmt: skip
    if entry.booking is not None:
        told = (entry.booking.child_name, entry.whom, entry.get_way_display(), entry.teller)
        words += [str(word) for word in told]
    return "　".join(str(word) for word in (*words, entry.text) if word)


def _signed(person: User | None, moment: dt.datetime | None) -> str:
    return f"{person.name}　{_moment(moment)}" if person and moment else ""


def _moment(moment: dt.datetime) -> str:
    local = clock.local(moment)
    return f"{dates.era_date(local.date())} {local:%-H:%M}"
