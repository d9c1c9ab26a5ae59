"""当日受付: a child stands at the door without a booking; it is booked and received in one."""

import datetime as dt
import uuid

from django.db import transaction

from booking.actions import attendances, requests
from booking.actions.bookings import Wish
from booking.callers import Caller
from booking.enums import Channel
from booking.models import Booking, Slot
from booking.refusals import BookingRefused, Reason
from history import clock
from records.models import Facility, User


@transaction.atomic
def receive(
    *,
    caller: Caller,
    facility: Facility,
    ends_at: dt.datetime,
    by: User,
    at: dt.datetime,
    key: uuid.UUID,
) -> Booking:
    """Book a child from the half hour that runs until `ends_at`, and record its arrival.

    Both or neither, in one transaction. The rules are those of every booking but for its window:
    who is there, is there. A second tap finds the first. Raises BookingRefused.
    """
    starts_at, _ends = times_left(facility, at)
    if starts_at is None:
        raise BookingRefused(Reason.CLOSED)
    wish = Wish(caller.child, facility, starts_at, ends_at, caller=caller)
    answer = requests.submit(wishes=[wish], by=by, at=at, key=key, channel=Channel.WALK_IN)
    for refusal in answer.refusals:
        raise refusal.error
    (booking,) = answer.bookings
    attendances.arrive(booking=booking, by=by, at=at)
    return booking


def times_left(facility: Facility, at: dt.datetime) -> tuple[dt.datetime | None, list[dt.datetime]]:
    """When a stay begins that begins now, and when it may end; None when the day is over.

    It begins with the half hour that runs, or with the first of the day. One statement.
    """
    left = Slot.objects.filter(facility=facility, ends_at__gt=at).on_day(clock.local(at).date())
    found = list(left.order_by("starts_at").values_list("starts_at", "ends_at"))
    return (found[0][0] if found else None), [end for _start, end in found]
