"""Whom staff book for on the telephone or at the counter: a child that was looked up, and nothing
of its record beyond what the rules of use ask (`caller_walls`)."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import connection

from booking.enums import BookingState
from booking.limits import Stay, days_of_interest
from booking.models import Booking, BookingRequest, UseLimit, Waiting
from booking.rules import Applicant
from history import clock
from records.models import Child, Household
from records.rules import is_resident

# A brother or sister: that it is another child is all that limits ask.
ANOTHER = uuid.UUID(int=0)
ONE_DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Caller:
    """A child that was looked up. Of `child` and its household only the columns here are loaded;
    asking for another finds nothing, because staff may not read the row."""

    look_up: uuid.UUID
    name: str
    child: Child
    applicant: Applicant


def caller_of(look_up: uuid.UUID) -> Caller | None:
    """The child of a look-up of one's own; None once it is older than half an hour."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child_id, household_id, child_name, born, one_to_one, enrolment, city,"
            " visits_until, needs_confirmed, expires_on, only_facility, usable_from, bookable_from"
            " FROM booking_caller(%s)",
            [look_up],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    number, home, name, born, one_to_one, enrolment, city, visits_until, confirmed, *term = found
    expires_on, only_facility, usable_from, bookable_from = term
    child = Child.from_db(
        None, ["id", "household_id", "date_of_birth", "needs_one_to_one"],
        [number, home, born, one_to_one],
    )  # fmt: skip
    child.household = Household.from_db(None, ["id", "city"], [home, city])
    applicant = Applicant(
        date_of_birth=born,
        expires_on=expires_on,
        needs_confirmed=confirmed,
        is_resident=is_resident(city),
        visits_until=visits_until,
        enrolment=enrolment,
        only_facility=only_facility,
        usable_from=usable_from,
        bookable_from=bookable_from,
    )
    return Caller(look_up=look_up, name=name, child=child, applicant=applicant)


def stays(
    child: Child, place: int, limits: Sequence[UseLimit], day: dt.date, today: dt.date
) -> list[Stay]:
    """What limits count beside a caller's wish at a place, at facilities that staff can't see too.

    One statement.
    """
    reach = days_of_interest(limits, day, today)
    if reach is None:
        return []
    first, last = reach
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT is_caller, facility, starts_at, ends_at"
            " FROM booking_stays_beside(%s, %s, %s, %s)",
            [
                child.pk,
                place,
                clock.at(first, dt.time.min),
                last and clock.at(last + ONE_DAY, dt.time.min),
            ],
        )
        return [
            Stay(
                child=child.pk if is_caller else ANOTHER,
                facility=facility,
                starts_at=start,
                ends_at=end,
            )
            for is_caller, facility, start, end in cursor.fetchall()
        ]


def seen_from(child: Child, stay: Stay) -> Stay:
    """A stay of the household at the place of a wish for the child, as `stays` has it."""
    return stay if stay.child == child.pk else dataclasses.replace(stay, child=ANOTHER)


def bookings_of(caller: Caller, at: dt.datetime) -> list[Booking]:
    """The caller's bookings to come, wherever they are: to be cancelled or changed on the
    telephone."""
    coming = Booking.objects.open().filter(child=caller.child, starts_at__gt=at)
    return list(coming.select_related("facility", "use_rule", "request").order_by("starts_at"))


def request_of(caller: Caller, number: uuid.UUID) -> BookingRequest | None:
    """What staff booked for the caller, with its bookings and what could not be had."""
    found = BookingRequest.objects.filter(household=caller.child.household, pk=number)
    return found.prefetch_related("bookings__facility", "bookings__fee", "unmet__facility").first()


def rest_of(booking: Booking) -> list[Booking]:
    """The later bookings of its request that are still to come, as of a regular use."""
    later = Booking.objects.filter(
        request=booking.request_id,
        child=booking.child_id,
        state=BookingState.CONFIRMED,
        starts_at__gt=booking.starts_at,
    )
    return list(later.order_by("starts_at"))


def booking_of(caller: Caller, number: uuid.UUID) -> Booking | None:
    """One of the caller's bookings to come."""
    found = Booking.objects.filter(child=caller.child, pk=number)
    return found.select_related("facility", "use_rule", "fee__tariff").first()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Line:
    """What a caller waits for, or is offered, with the children that were looked up.

    `missing` is for how many others of the family that is still to be done before it is answered;
    `codes` are the numbers of those whom the facility knows.
    """

    waiting: Waiting
    children: Sequence[Caller]
    missing: int
    codes: Sequence[str]


def lines_of(caller: Caller) -> list[Line]:
    """What the caller's family waits for with this child, wherever it is, the next first."""
    missing = _lines()
    open_lines = Waiting.objects.still_waiting().filter(
        pk__in=missing, household=caller.child.household_id, children__child=caller.child.pk
    )
    found = open_lines.select_related("facility").prefetch_related("children")
    return [_line(each, missing[each.pk]) for each in found.order_by("starts_at", "id")]


def line_of(caller: Caller, number: uuid.UUID) -> Line | None:
    """One of them, answered already or not."""
    missing = _lines()
    found = Waiting.objects.filter(
        pk=number, household=caller.child.household_id, children__child=caller.child.pk
    )
    line = found.select_related("facility").prefetch_related("children").first()
    return _line(line, missing[line.pk]) if line and line.pk in missing else None


def _lines() -> dict[uuid.UUID, int]:
    """The lines of whom one looked up, and how many others wait in each who were not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line, missing FROM booking_lines_of_callers()")
        return dict(cursor.fetchall())


def _line(waiting: Waiting, missing: int) -> Line:
    with connection.cursor() as cursor:
        cursor.execute("SELECT child_id, look_up FROM booking_looked_up()")
        look_ups = dict(cursor.fetchall())
    rows = list(waiting.children.all())
    known = [caller_of(look_ups[row.child_id]) for row in rows if row.child_id in look_ups]
    return Line(
        waiting=waiting,
        children=sorted(filter(None, known), key=lambda each: each.child.pk),
        missing=missing,
        codes=[row.child_code for row in rows if row.child_id not in look_ups],
    )
