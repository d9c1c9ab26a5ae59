"""用紙: the day's list on paper, for the hours in which nothing else works.

What it says is made from the same rows as the screen; `digest_of` tells whether it would say
anything else by now.
"""

import dataclasses
import datetime as dt
import hashlib
import json
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from booking import typesetting
from booking.day.day_sheet import DaySheet, Row, day_sheet, notes_of_day
from booking.day.models import SheetPrint
from booking.models import Slot
from history import clock
from records import dates
from records.models import HandoverNote

ONE_DAY = dt.timedelta(days=1)
# The part of a row that says how the day goes on: carers write it themselves.
COURSE = ("state", "arrived", "left")


@dataclasses.dataclass(frozen=True)
class Paper:
    """What a sheet says of a day of one facility, but for its number and the time of print."""

    sheet: DaySheet
    rows: list[dict[str, Any]]

    @property
    def digest(self) -> str:
        return digest_of(self.rows)

    @property
    def care_digest(self) -> str:
        """The same without what changes with every tap of the day."""
        return digest_of([
            {name: words for name, words in row.items() if name not in COURSE} for row in self.rows
        ])  # fmt: skip

    @property
    def child_ids(self) -> list[Any]:
        """Whose safety data it holds."""
        return self.sheet.child_ids


def paper(*, user: object, facility_id: int, day: dt.date, at: dt.datetime) -> Paper:
    """The sheet as it would be printed at `at`. One statement more than the list."""
    sheet = day_sheet(user=user, facility_id=facility_id, day=day, at=at)
    notes = notes_of_day([row.child for row in sheet.rows if row.child], day)
    return Paper(sheet, [_row(row, notes.get(row.booking.child_id, [])) for row in sheet.rows])


def digest_of(rows: list[dict[str, Any]]) -> str:
    """SHA-256 of the rows, in hexadecimal."""
    words = json.dumps(rows, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def next_open_day(facility_id: int, day: dt.date) -> dt.date | None:
    """The first day after `day` for which the facility has half hours. One statement."""
    after = clock.at(day + ONE_DAY, dt.time.min)
    slots = Slot.objects.filter(facility_id=facility_id, starts_at__gte=after)
    first = slots.order_by("starts_at").values_list("starts_at", flat=True).first()
    return clock.local(first).date() if first else None


def pdf(paper: Paper, made: SheetPrint) -> bytes:
    """On A4, lying."""
    content = {
        "title": _("利用者一覧"),
        "facility": made.facility.name,
        "day": f"{dates.era_date(made.day)}（{formats.date_format(made.day, 'D')}）",
        "number": _("用紙番号 %(number)s") % {"number": made.number},
        "printed": _("印刷 %(at)s") % {"at": clock.written(made.printed_at)},
        "count": _("%(number)s人") % {"number": len(paper.rows)},
        "rows": paper.rows,
    }
    return typesetting.pdf("day/sheet.typ", content)


def _row(row: Row, notes: list[HandoverNote]) -> dict[str, Any]:
    booking, age = row.booking, row.age
    return {
        "time": f"{_hour(booking.starts_at)}～{_hour(booking.ends_at)}",
        "state": str(booking.get_state_display()),
        "kana": row.name_kana,
        "name": row.name,
        "age": _("%(years)s歳%(months)sか月") % {"years": age[0], "months": age[1]} if age else "",
        "is_severe": row.is_severe,
        "is_closed": row.child is None,
        "reading": _("読み合わせ未了") if row.awaits_reading else "",
        "marks": [
            {
                "word": str(mark.sign.label),
                "text": mark.text,
                "form": str(mark.form),
                "is_severe": mark.is_severe,
            }
            for mark in row.marks
        ],
        "notes": [note.text for note in notes],
        "said": _said(row),
        "people": list(row.people),
        "phones": [f"{phone.number}　{phone.whose}" for phone in row.phones],
        "arrived": _hour(row.attendance.arrived_at) if row.attendance else "",
        "left": _hour(row.attendance.left_at) if row.attendance and row.attendance.left_at else "",
    }


def _said(row: Row) -> list[str]:
    said = []
    if row.late:
        said.append(_("遅れます（%(time)sごろ）") % {"time": _hour(row.late.arrives_at)})
    if row.pick_up:
        said.append(_("お迎えの変更の連絡があります。"))
    if row.check and row.check.medicine:
        said.append(_("薬：%(medicine)s") % {"medicine": row.check.medicine})
    return said


def _hour(moment: dt.datetime) -> str:
    return f"{clock.local(moment):%-H:%M}"
