"""Mail about one booking: at once where its family acts, by the worker where others do.

Staff don't read a family's addresses, which is at home elsewhere as a rule; the worker does.
"""

import uuid

from procrastinate.contrib.django import app

from booking.models import Booking
from records import mail
from records.enums import Kind
from records.models import User

# All that the worker may read of a booking, and a letter says.
USED = ("household_id", "facility__name", "facility__phone", "starts_at", "ends_at", "state")


def tell(booking: Booking, event: str, *, by: User | None) -> None:
    """Write to a family what became of a booking, in the caller's transaction."""
    if by is not None and by.kind == Kind.PARENT:
        mail.notify_family(booking.household, event, booking=booking)
    else:
        app.configure_task("booking.tell").defer(booking_id=str(booking.pk), event=event)


def send(*, booking_id: uuid.UUID, event: str) -> bool:
    """Write what `tell` was asked to; whether the family has a working address.

    Runs as the worker.
    """
    found = Booking.objects.select_related("facility").only(*USED)
    booking = found.get(pk=booking_id)
    return mail.tell(booking.household_id, event, booking=booking)
