"""今日のようす: until when it is written, and from when on its family reads it."""

import datetime as dt

from booking.day.models import DayReport
from booking.enums import BookingState
from booking.models import Booking
from history import clock

# The child was there, and its family has it again.
HANDED_OUT = (BookingState.FETCHED, BookingState.SETTLED)
WAS_HERE = (BookingState.PRESENT, *HANDED_OUT)


def may_be_written(booking: Booking, at: dt.datetime) -> bool:
    """From the arrival until the end of that day. Pure."""
    return booking.state in WAS_HERE and booking.day == clock.local(at).date()


def read_by_family(booking: Booking) -> DayReport | None:
    """What its family reads; the database shows it nothing before the child is handed out, either.

    One statement, none while the child is there.
    """
    if booking.state not in HANDED_OUT:
        return None
    return DayReport.objects.filter(booking=booking).first()
