"""Arrival and departure: facts, recorded at once."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from booking.actions import counters, fees, transitions
from booking.enums import BookingState
from booking.models import Attendance, Booking, Slot
from booking.refusals import WrongState
from history import clock
from records.models import User
from records.violations import constraint_of

# What the database calls a change of what a closed day (日計) holds.
OF_CLOSED_DAY = "attendance_of_closed_day"
# So long a tap on the wrong row is taken back without a word.
UNDO_FOR = dt.timedelta(minutes=10)


@transaction.atomic
def arrive(
    *,
    booking: Booking,
    by: User,
    at: dt.datetime,
    brought_by: str = "",
    temperature: Decimal | None = None,
    condition: str = "",
    noted_at: dt.datetime | None = None,
    late_entry: str = "",
) -> Attendance:
    """受け入れ. A second tap finds the first. `noted_at` is when it is entered, if not at once;
    `late_entry` why it is entered afterwards.

    Raises WrongState unless the booking is confirmed, when `at` lies before its day, or where a
    late entry finds another time.
    """
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    known = Attendance.objects.filter(booking=booking).first()
    if known is not None:
        _refuse_another_time(known.arrived_at, at, late_entry)
        return known
    _refuse_before_the_day(booking, at)
    transitions.move(booking, BookingState.PRESENT, by=by, at=at)
    return Attendance.objects.create(
        booking=booking,
        facility_id=booking.facility_id,
        arrived_at=at,
        brought_by=brought_by,
        temperature=temperature,
        condition=condition,
        arrival_late_entry=late_entry,
        noted_at=noted_at or at,
    )


@transaction.atomic
def leave(
    *,
    booking: Booking,
    by: User,
    at: dt.datetime,
    fetched_by: str = "",
    noted_at: dt.datetime | None = None,
    late_entry: str = "",
) -> Attendance:
    """お迎え, with the overrun on the fee. A second tap finds the first.

    A child that is fetched early frees the half hours that have not begun; what it costs then, the
    tariff says.
    Raises WrongState unless the child is present, when `at` is not after its arrival or lies before
    the day of the booking, or where a late entry finds another time.
    """
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.state in (BookingState.FETCHED, BookingState.SETTLED):
        _refuse_another_time(booking.attendance.left_at, at, late_entry)
        return booking.attendance
    _refuse_before_the_day(booking, at)
    transitions.move(booking, BookingState.FETCHED, by=by, at=at)
    attendance = booking.attendance
    if at <= attendance.arrived_at:
        raise WrongState(gettext("お迎えの時刻は、受け入れより後にしてください。"))
    attendance.left_at = at
    attendance.fetched_by = fetched_by
    attendance.departure_late_entry = late_entry
    attendance.noted_at = noted_at or at
    attendance.save(update_fields=["left_at", "fetched_by", "departure_late_entry", "noted_at"])
    fees.reckon_departure(booking, arrived_at=attendance.arrived_at, left_at=at)
    _free_the_rest(booking, at)
    return attendance


@transaction.atomic
def undo_arrival(*, booking: Booking, by: User, at: dt.datetime, reason: str = "") -> Booking:
    """Take back an arrival recorded by mistake; the history keeps it.

    Raises WrongState unless the child is present, and without a reason after ten minutes.
    """
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    transitions.move(booking, BookingState.CONFIRMED, by=by, at=at, reason=reason)
    _refuse_without_reason(booking.attendance, at, reason)
    with unless_closed():
        booking.attendance.delete()
    return booking


@transaction.atomic
def undo_departure(*, booking: Booking, by: User, at: dt.datetime, reason: str = "") -> Booking:
    """Take back a departure recorded by mistake, with what it made of the fee; the history keeps
    it.

    Half hours that were freed are taken again. Raises WrongState unless the child was fetched and
    nothing is paid yet, and without a reason after ten minutes; SlotFull where they have gone to
    somebody else.
    """
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.fee.payments.exists():
        raise WrongState(gettext("料金を収納したあとは、お迎えを取り消せません。"))
    transitions.move(booking, BookingState.PRESENT, by=by, at=at, reason=reason)
    attendance = booking.attendance
    _refuse_without_reason(attendance, at, reason)
    attendance.left_at = None
    attendance.fetched_by = attendance.departure_late_entry = ""
    with unless_closed():
        attendance.save(update_fields=["left_at", "fetched_by", "departure_late_entry"])
    fees.forget_departure(booking)
    _take_the_rest(booking)
    return booking


@contextmanager
def unless_closed() -> Iterator[None]:
    """Raises WrongState where the database keeps what was recorded, the day being closed."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint_of(error) != OF_CLOSED_DAY:
            raise
        raise WrongState(
            gettext(
                "この日は、日計を締めています。時刻の訂正は、施設責任者が理由を書いて行います。"
            )
        ) from error


def _refuse_without_reason(attendance: Attendance, at: dt.datetime, reason: str) -> None:
    if at - attendance.noted_at > UNDO_FOR and not reason:
        raise WrongState(gettext("10分を過ぎた取り消しには、理由を入力してください。"))


def _refuse_another_time(known: dt.datetime | None, at: dt.datetime, late_entry: str) -> None:
    # Who types a time from paper must hear that another one stands already.
    if late_entry and known is not None and known != at:
        time = f"{clock.local(known):%-H:%M}"
        raise WrongState(gettext("すでに %(time)s と記録されています。") % {"time": time})


def _refuse_before_the_day(booking: Booking, at: dt.datetime) -> None:
    # An early arrival on the day itself is a fact; one of another day is a slip of the finger.
    if clock.local(at).date() < booking.day:
        raise WrongState(gettext("受け入れとお迎えは、利用日になってから記録できます。"))


def _free_the_rest(booking: Booking, left_at: dt.datetime) -> None:
    rest = [
        (number, starts_at) for number, starts_at in _half_hours(booking) if starts_at >= left_at
    ]
    if not rest:
        return
    booking.freed_from = rest[0][1]
    booking.save(update_fields=["freed_from"])
    fees.relieve_anew(booking, booking.fee.tariff)
    counters.give_back([number for number, _start in rest], booking.weight, booking.seat)


def _take_the_rest(booking: Booking) -> None:
    if booking.freed_from is None:
        return
    freed = booking.freed_from
    booking.freed_from = None
    booking.save(update_fields=["freed_from"])
    fees.relieve_anew(booking, booking.fee.tariff)
    rest = [number for number, start in _half_hours(booking) if start >= freed]
    counters.take(rest, booking.weight, booking.seat)


def _half_hours(booking: Booking) -> list[tuple[int, dt.datetime]]:
    slots = Slot.objects.filter(facility_id=booking.facility_id)
    between = slots.between(booking.starts_at, booking.ends_at)
    return list(between.order_by("starts_at").values_list("pk", "starts_at"))
