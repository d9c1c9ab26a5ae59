"""避難・点呼: begin, mark, end."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import connection, transaction

from booking.day import roll_calls
from booking.day.enums import RollCallAct
from booking.day.models import RollCall, RollCallMark
from booking.day.refusals import NoRollCall
from booking.models import Booking
from records.models import User


@transaction.atomic
def start(
    *, facility_id: int, expected: Iterable[uuid.UUID], is_drill: bool, by: User, at: dt.datetime
) -> RollCall:
    """A new roll call; one that is under way ends. `expected` are the bookings of who is here."""
    _wait(facility_id)
    if before := roll_calls.current(facility_id, at):
        _mark(before, act=RollCallAct.ENDED, by=by, at=at)
    return _start(facility_id, expected, is_drill=is_drill, by=by, at=at)


@transaction.atomic
def mark(
    *,
    facility_id: int,
    expected: Iterable[uuid.UUID],
    act: RollCallAct,
    booking: Booking | None = None,
    staff: User | None = None,
    visitor: str = "",
    handed_to: str = "",
    by: User,
    at: dt.datetime,
) -> RollCallMark:
    """One tap, about a child, somebody of the staff or a visitor.

    The first begins the roll call; two carers who tap at once mark the same one.
    """
    _wait(facility_id)
    call = roll_calls.current(facility_id, at)
    if call is None:
        call = _start(facility_id, expected, is_drill=False, by=by, at=at)
    return _mark(
        call,
        act=act,
        booking=booking,
        staff=staff,
        visitor=visitor or None,
        handed_to=handed_to or None,
        by=by,
        at=at,
    )


@transaction.atomic
def end(*, facility_id: int, by: User, at: dt.datetime) -> RollCallMark:
    """The roll call is over. Raises NoRollCall where there is none."""
    _wait(facility_id)
    call = roll_calls.current(facility_id, at)
    if call is None:
        raise NoRollCall
    return _mark(call, act=RollCallAct.ENDED, by=by, at=at)


def _wait(facility_id: int) -> None:
    """One after the other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"roll call {facility_id}"]
        )


def _start(
    facility_id: int, expected: Iterable[uuid.UUID], *, is_drill: bool, by: User, at: dt.datetime
) -> RollCall:
    return RollCall.objects.create(
        facility_id=facility_id,
        expected=list(expected),
        is_drill=is_drill,
        started_by=by,
        started_at=at,
    )


def _mark(
    call: RollCall,
    *,
    act: RollCallAct,
    booking: Booking | None = None,
    staff: User | None = None,
    visitor: str | None = None,
    handed_to: str | None = None,
    by: User,
    at: dt.datetime,
) -> RollCallMark:
    return RollCallMark.objects.create(
        roll_call=call,
        facility_id=call.facility_id,
        booking=booking,
        staff=staff,
        visitor=visitor,
        act=act,
        handed_to=handed_to,
        marked_by=by,
        marked_at=at,
    )
