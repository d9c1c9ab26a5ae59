"""受付照会: who is on the telephone, and whether the child may be booked."""

import dataclasses
import datetime as dt
import uuid

from django.db import connection

from booking import queries
from booking.refusals import BookingRefused, Reason
from history import clock
from records.actions.emergencies import Sought
from records.refusals import AskedTooOften, NotFound


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """The name, and why the child can't be booked on the day, if so; nothing else is known.

    `number` is that of the asking, by which staff may book the child (`callers`).
    """

    number: uuid.UUID
    name: str
    refusal: BookingRefused | None


def look_up(*, sought: Sought, facility_id: int, day: dt.date, at: dt.datetime) -> Answer:
    """Ask the database for a child of the ward, for a day of use (`booking/finding.py`), by the
    rules of a facility.

    The asking is in the ledger before there is an answer, and counts. Not atomic in itself: one
    that is refused stays written down, so the caller must commit. Raises NotFound, also of
    several; AskedTooOften.
    """
    rule = queries.use_rule(day, clock.local(at).date(), facility_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome, child_name, refusal, number FROM booking_look_up(%s, %s, %s, %s, %s)",
            [sought.code, sought.kana, sought.born, day, rule.pk if rule else None],
        )
        outcome, name, refusal, number = cursor.fetchone()
    if outcome != "found":
        raise {"limited": AskedTooOften, "none": NotFound}[outcome]
    return Answer(
        number=number, name=name, refusal=BookingRefused(Reason(refusal)) if refusal else None
    )
