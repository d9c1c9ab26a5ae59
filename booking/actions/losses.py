"""Bookings that a facility can't keep: nothing is charged, and the family is told by the worker."""

import datetime as dt

from django.db import transaction
from procrastinate.contrib.django import app

from booking.actions import bookings, counters, fees, transitions
from booking.enums import BookingState
from booking.models import Booking, Closure, Fee, LostBooking
from records.models import User


@transaction.atomic
def retract(*, booking: Booking, words: str, by: User, at: dt.datetime) -> Booking:
    """Cancel one booking for reasons of the facility (施設都合), which the family reads in `words`.

    Free of charge at any moment until the child arrives; the seat is free at once, and it doesn't
    count against a limit. A second tap finds it cancelled. Raises WrongState unless it is confirmed
    or waits to be, BookingRefused (BUSY).
    """
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.state == BookingState.CANCELLED_BY_FACILITY:
        return booking
    transitions.move(booking, BookingState.CANCELLED_BY_FACILITY, by=by, at=at, reason=words)
    forgive(booking)
    write(booking, words=words)
    defer_telling()
    counters.give_back(bookings.slots_of(booking), booking.weight, booking.seat)
    return booking


def forgive(booking: Booking) -> None:
    """Nothing is due for a booking that the facility ended; one that is only held has no fee."""
    if Fee.objects.filter(booking=booking).exists():
        fees.charge_cancellation(booking, None)


def write(booking: Booking, *, closure: Closure | None = None, words: str = "") -> None:
    """Write down that a booking was lost; who the family is the worker finds out."""
    LostBooking.objects.create(
        booking=booking, facility_id=booking.facility_id, closure=closure, words=words or None
    )


def defer_telling() -> None:
    """Have the families told by the worker, in the caller's transaction."""
    app.configure_task("booking.tell_of_losses", lock="booking.tell_of_losses").defer()
