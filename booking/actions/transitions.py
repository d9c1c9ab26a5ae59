"""The one way in which a booking changes its state."""

import datetime as dt

from booking.enums import FOLLOWING, BookingState, Channel
from booking.enums_rules import CancelReason
from booking.models import Booking, BookingTransition
from booking.refusals import WrongState
from records.models import User


def locked(booking: Booking) -> Booking:
    """The booking as it is now, locked until the commit.

    What is over a family may read but not lock: it comes as it is, to be refused in words. One that
    ended while it was waited for is such a one.
    """
    found = Booking.objects.filter(pk=booking.pk)
    return found.select_for_update().first() or found.get()


def begin(booking: Booking, *, by: User | None, at: dt.datetime, reason: str = "") -> None:
    """Write down the first state of a new booking."""
    _write(booking, "", by, at, reason)


def move(
    booking: Booking,
    to: BookingState,
    *,
    by: User | None,
    at: dt.datetime,
    reason: str = "",
    cause: CancelReason | None = None,
    channel: Channel | None = None,
) -> None:
    """Change the state and keep the step. Raises WrongState where `to` may not follow.

    `reason` is read by the family; `cause` is why it can't come, `channel` how it said so.
    """
    before = BookingState(booking.state)
    if to not in FOLLOWING.get(before, ()):
        raise WrongState(f"{before.label} → {to.label}")
    booking.state = to
    booking.save(update_fields=["state"])
    _write(booking, before, by, at, reason, cause=cause or "", channel=channel or "")


def _write(
    booking: Booking, before: str, by: User | None, at: dt.datetime, reason: str, **how: str
) -> None:
    BookingTransition.objects.create(
        booking=booking,
        facility_id=booking.facility_id,
        from_state=before,
        to_state=booking.state,
        by=by,
        at=at,
        reason=reason or None,
        **how,
    )
