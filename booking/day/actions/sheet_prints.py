"""用紙: print a day's list, and keep the newest one on the facility's own disk."""

import dataclasses
import datetime as dt
import os
import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from booking.day import papers
from booking.day.models import SheetPrint
from booking.day.papers import Paper
from history import actions as history
from history import clock, context
from history.context import Context
from history.enums import Act
from records.enums import Role
from records.models import Facility, User
from records.rules import Duty

PURPOSE = "care"
FIELDS = ("name", "age", "care_needs", "phone", "pick_up_people", "handover_notes")
# Who prints when nobody does.
ACTOR = "system:papers"
SHEET = re.compile(r"\d{4}-\d\d-\d\d-\d+\.pdf", re.ASCII)
PART = ".part"


@dataclasses.dataclass(frozen=True)
class Clockwork:
    """What prints by itself: it reads what a carer of that facility reads, and no more."""

    duty: Duty
    pk: None = None


@transaction.atomic
def note_print(
    *, facility: Facility, day: dt.date, paper: Paper, by: User | None, context: Context
) -> SheetPrint:
    """Give `paper` the next number of its day. The ledger keeps whom it shows.

    Two who print at once get two numbers.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [facility.pk, day.toordinal()])
    prints = SheetPrint.objects.filter(facility=facility, day=day)
    made = SheetPrint.objects.create(
        facility=facility,
        day=day,
        number=(prints.aggregate(last=Max("number"))["last"] or 0) + 1,
        digest=paper.digest,
        care_digest=paper.care_digest,
        printed_at=context.at,
        printed_by=by,
    )
    history.record(
        Act.PRINT,
        context=context,
        purpose=PURPOSE,
        model="day.sheetprint",
        object_ids=[made.pk],
        child_ids=paper.child_ids,
        fields=FIELDS,
    )
    return made


def keep(*, facility: Facility, at: dt.datetime) -> list[Path]:
    """Leave the sheets of today and of the next open day in the facility's folder.

    A sheet that would say nothing new is not printed anew; whoever printed it last, the file is the
    print of that number. What is out of date goes. Nothing is done where no folder is set. Runs in
    the staff entry or its command, in a transaction of its own; the files are written after it, so
    that no number on a disk is ever given again.
    """
    if not settings.SHEET_FOLDER:
        return []
    folder = Path(settings.SHEET_FOLDER) / facility.code
    today = clock.local(at).date()
    acting = Context(actor=ACTOR, role=Role.CARER, facilities=(facility.pk,), entry="staff", at=at)
    with transaction.atomic():
        context.enter(acting)
        days = [today, papers.next_open_day(facility.pk, today)]
        sheets = [_sheet_of(facility, day, acting) for day in days if day is not None]
        context.leave()
    files = [_put(folder, made, paper) for made, paper in sheets]
    _forget(folder, but=files)
    return files


def _sheet_of(facility: Facility, day: dt.date, acting: Context) -> tuple[SheetPrint, Paper]:
    """The newest print of a day, if it still says all; else a new one."""
    clockwork = Clockwork(Duty(Role.CARER, facility.pk, (facility.pk,)))
    paper = papers.paper(user=clockwork, facility_id=facility.pk, day=day, at=acting.at)
    last = SheetPrint.objects.filter(facility=facility, day=day).first()
    if last is None or last.digest != paper.digest:
        last = note_print(facility=facility, day=day, paper=paper, by=None, context=acting)
    return last, paper


def _put(folder: Path, made: SheetPrint, paper: Paper) -> Path:
    """All of it or nothing, for its owner alone: the network may go while it is written."""
    file = folder / f"{made.day.isoformat()}-{made.number}.pdf"
    if file.exists():
        return file
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=folder, suffix=PART)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(papers.pdf(paper, made))
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return file


def _forget(folder: Path, *, but: list[Path]) -> None:
    """Older prints, days that are over, and what a power cut left half written."""
    for file in folder.iterdir():
        if file not in but and (SHEET.fullmatch(file.name) or file.suffix == PART):
            file.unlink(missing_ok=True)
