"""A corrected birth date or need: the promises built on the old one, checked and weighed anew.

Guards bind promises, never facts. Nothing is cancelled and nothing refused: the booking counts as
what the child is now, and where it no longer fits that stands beside it for the staff.
"""

import datetime as dt
import uuid

from django.db import connection, transaction

from booking import rules
from booking.actions import bookings, counters
from booking.enums import BookingState
from booking.models import Booking
from records import dates
from records.models import Child

COMING = (
    BookingState.HELD, BookingState.AWAITING, BookingState.OFFERED, BookingState.CONFIRMED,
)  # fmt: skip
# All that the worker may read of a booking.
USED = (
    "child_id", "facility_id", "starts_at", "ends_at", "state", "staffing_group", "age_years",
    "class_age", "misfit", "use_rule_id",
)  # fmt: skip


@transaction.atomic
def reweigh(*, child_id: uuid.UUID, at: dt.datetime) -> list[Booking]:
    """Check and weigh the coming bookings of a child anew; those that no longer fit.

    Runs as the worker, across facilities. Bookings are locked first and slots last, as in every
    other writer. Repeating it changes nothing.
    """
    with connection.cursor() as cursor:
        # A request for this child under way is waited for.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(child_id)])
    child = Child.objects.only("date_of_birth", "needs_one_to_one").get(pk=child_id)
    coming = list(
        Booking.objects.filter(child_id=child_id, state__in=COMING, starts_at__gt=at)
        .only(*USED)
        .select_for_update()
        .order_by("pk")
    )
    changes = [
        counters.Change(
            bookings.slots_of(booking),
            booking.weight,
            bookings.weight_of(child, booking.day),
        )
        for booking in coming
    ]
    for booking, change, over in zip(coming, changes, counters.reweigh(changes), strict=True):
        booking.staffing_group = change.after.group
        booking.age_years = change.after.years
        booking.class_age = max(dates.class_age_on(child.date_of_birth, booking.day), 0)
        misfit = rules.misfit_of_age(child.date_of_birth, booking.use_rule, booking.day)
        booking.misfit = misfit or over or ""
        booking.save(update_fields=["staffing_group", "age_years", "class_age", "misfit"])
    return [booking for booking in coming if booking.misfit]
