"""Mail about one booking: at once where its family acts, by the worker where others do.

Where it reaches nobody, a call takes its place.

Staff don't read a family's addresses, which is at home elsewhere as a rule; the worker does.
"""

import datetime as dt
import uuid

from procrastinate.contrib.django import app

from booking.actions import notices
from booking.enums_calls import CallKind
from booking.models import Booking
from records import mail
from records.enums import Kind
from records.models import User

# All that the worker may read of a booking, and a letter says.
USED = ("household_id", "facility__name", "facility__phone", "starts_at", "ends_at", "state")

# What a family has to know, by mail or else by telephone. Of what it asked for itself it knows.
CALLED = {
    "booking/email/approved": CallKind.APPROVED,
    "booking/email/declined": CallKind.DECLINED,
    "booking/email/absent": CallKind.ABSENT,
    "booking/email/turned_away": CallKind.TURNED_AWAY,
}


def tell(booking: Booking, event: str, *, by: User | None) -> None:
    """Write to a family what became of a booking, in the caller's transaction."""
    if by is not None and by.kind == Kind.PARENT:
        mail.notify_family(booking.household, event, booking=booking)
    else:
        app.configure_task("booking.tell").defer(booking_id=str(booking.pk), event=event)


def send(*, booking_id: uuid.UUID, event: str, at: dt.datetime) -> bool:
    """Write what `tell` was asked to; whether the family has a working address.

    Where it has none, its facility is to telephone it. Runs as the worker.
    """
    found = Booking.objects.select_related("facility").only(*USED)
    booking = found.get(pk=booking_id)
    if event not in CALLED:
        return mail.tell(booking.household_id, event, booking=booking)
    return notices.tell_or_call(
        booking.household_id,
        event,
        {"booking": booking},
        kind=CALLED[event],
        facility_id=booking.facility_id,
        booking=booking,
        due_at=notices.soon(at, booking.starts_at),
        at=at,
    )
