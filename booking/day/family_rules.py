"""When a family may still say what about a booking. Pure."""

import datetime as dt

from booking.enums import BookingState
from booking.models import Booking
from history import clock

# Today's and tomorrow's.
AHEAD = dt.timedelta(days=1)


def may_say_late(booking: Booking, at: dt.datetime) -> bool:
    """Before the child has come, also when its time has begun."""
    return booking.state == BookingState.CONFIRMED and _is_near(booking, at)


def may_change_pick_up(booking: Booking, at: dt.datetime) -> bool:
    """Until the child has been fetched."""
    states = (BookingState.CONFIRMED, BookingState.PRESENT)
    return booking.state in states and _is_near(booking, at)


def may_check(booking: Booking, at: dt.datetime) -> bool:
    """On the day itself, before the child has come."""
    is_today = booking.day == clock.local(at).date()
    return booking.state == BookingState.CONFIRMED and is_today


def _is_near(booking: Booking, at: dt.datetime) -> bool:
    today = clock.local(at).date()
    return today <= booking.day <= today + AHEAD
