"""用紙: print a day's list, and keep the newest one on the facility's own disk."""

import contextlib
import dataclasses
import datetime as dt
import os
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


@dataclasses.dataclass(frozen=True)
class Clockwork:
    """What prints by itself: it reads what a carer of that facility reads, and no more."""

    duty: Duty
    pk: None = None


@transaction.atomic
def print_sheet(
    *, facility: Facility, day: dt.date, paper: Paper, by: User | None, context: Context
) -> tuple[SheetPrint, bytes]:
    """Give `paper` the next number of its day, and the PDF of it. The ledger keeps whom it shows.

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
    return made, papers.pdf(paper, made)


def keep(*, facility: Facility, at: dt.datetime) -> list[Path]:
    """Write the sheets of today and of the next open day into the facility's folder.

    A sheet that would say nothing new is not printed anew. Days that are over go. Nothing is done
    where no folder is set. Runs in the staff entry or its command, in transactions of its own.
    """
    if not settings.SHEET_FOLDER:
        return []
    folder = Path(settings.SHEET_FOLDER) / facility.code
    today = clock.local(at).date()
    acting = Context(actor=ACTOR, role=Role.CARER, facilities=(facility.pk,), entry="staff", at=at)
    with transaction.atomic():
        context.enter(acting)
        days = [today, papers.next_open_day(facility.pk, today)]
        files = [_keep_day(folder, facility, day, acting) for day in days if day is not None]
        context.leave()
    _forget_before(folder, today)
    return files


def _keep_day(folder: Path, facility: Facility, day: dt.date, acting: Context) -> Path:
    worker = Clockwork(Duty(Role.CARER, facility.pk, (facility.pk,)))
    paper = papers.paper(user=worker, facility_id=facility.pk, day=day, at=acting.at)
    file = folder / f"{day.isoformat()}.pdf"
    last = SheetPrint.objects.filter(facility=facility, day=day).first()
    if last is None or last.digest != paper.digest:
        _made, words = print_sheet(facility=facility, day=day, paper=paper, by=None, context=acting)
        _write(file, words)
    elif not file.exists():
        _write(file, papers.pdf(paper, last))
    return file


def _write(file: Path, words: bytes) -> None:
    """All of it or nothing, for its owner alone: the network may go while it is written."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(words)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _forget_before(folder: Path, day: dt.date) -> None:
    for file in folder.glob("*.pdf"):
        with contextlib.suppress(ValueError):
            if dt.date.fromisoformat(file.stem) < day:
                file.unlink()
