"""避難・点呼 on paper: to carry along, tick and sign where there is no network."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from booking import typesetting
from booking.day.roll_calls import Adult, Present, RollCallSheet
from history import clock
from records.care_marks import Mark


def roll_call_pdf(sheet: RollCallSheet, *, facility: str) -> bytes:
    """A4: the headcount, and the list of who was handed to whom with lines to sign."""
    return typesetting.pdf("day/roll_call.typ", content(sheet, facility=facility))


def content(sheet: RollCallSheet, *, facility: str) -> dict[str, Any]:
    """The words of both lists, with what was tapped already."""
    return {
        "title": _("避難・点呼"),
        "facility": facility,
        "printed": _("印刷 %(at)s") % {"at": clock.written(sheet.at)},
        "drill": bool(sheet.call and sheet.call.is_drill),
        "started": clock.written(sheet.call.started_at) if sheet.call else "",
        "count": len(sheet.people),
        "staff": sheet.staff_planned,
        "groups": [
            {"label": group.label, "children": [_child(each) for each in group.people]}
            for group in sheet.groups
        ],
        "adults": [_adult(each) for each in sheet.adults],
    }


def marks_in_words(marks: Iterable[Mark]) -> str:
    """What stands in drawn shapes on the screen, with what the form lacks."""
    return "\n".join(
        " ".join(filter(None, [str(mark.sign.label), mark.text, mark.form, _withdrawn(mark)]))
        for mark in marks
    )


def _withdrawn(mark: Mark) -> str:
    return _("保護者が取り下げ・確認待ち") if mark.is_withdrawn else ""


def _child(each: Present) -> dict[str, Any]:
    row = each.row
    handed = each.last.handed_to if each.last and each.is_handed else ""
    return {
        "name": row.name,
        "kana": row.name_kana,
        "age": _("%(years)s歳") % {"years": each.age_years},
        "severe": row.is_severe,
        "marks": marks_in_words(row.marks) if row.child else _("配慮は登録施設に確認"),
        "people": list(row.people),
        "phones": [f"{phone.number} {phone.whose}" for phone in row.phones],
        "seen": _hour(each) if each.is_seen else "",
        "handed": handed or "",
        "handed_at": _hour(each) if each.is_handed else "",
        "fetched": each.is_fetched,
    }


def _adult(each: Adult) -> dict[str, str]:
    return {"name": each.name, "seen": _hour(each) if each.is_seen else ""}


def _hour(each: Present | Adult) -> str:
    return f"{clock.local(each.last.marked_at):%-H:%M}" if each.last else ""
