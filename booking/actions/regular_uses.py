"""Ending a regular use early: what is left of it from a day on."""

import datetime as dt

from django.db import transaction

from booking.actions import bookings, cancellations, counters
from booking.enums import BookingState, Channel
from booking.enums_rules import CancelReason
from booking.models import Booking
from records.models import User


@transaction.atomic
def end(
    *,
    booking: Booking,
    by: User,
    at: dt.datetime,
    channel: Channel,
    cause: CancelReason | None = None,
) -> list[Booking]:
    """Cancel a booking and the later ones of its request, each at its own cost; those cancelled.

    Raises as `cancellations.cancel` does, and cancels none of them then.
    """
    left = Booking.objects.filter(
        request=booking.request_id,
        child=booking.child_id,
        state=BookingState.CONFIRMED,
        starts_at__gte=booking.starts_at,
    )
    found = list(left.select_for_update().order_by("pk"))
    # All of them before the first is given back, or they would be locked out of order.
    counters.lock({slot for each in found for slot in bookings.slots_of(each)})
    return [
        cancellations.cancel(booking=each, by=by, at=at, cause=cause, channel=channel)
        for each in sorted(found, key=lambda each: each.starts_at)
    ]
