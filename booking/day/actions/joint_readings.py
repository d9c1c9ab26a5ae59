"""読み合わせ: the first name, then the second."""

import datetime as dt

from django.db import transaction

from booking.day import risks
from booking.day.models import JointReading
from booking.models import Booking
from records.models import Child, User


@transaction.atomic
def read(*, booking: Booking, child: Child, by: User, at: dt.datetime) -> JointReading:
    """Put a name below what there is to read of a child now: the first, or the second.

    Whoever has put it down already finds the same again. If something was added or has worsened
    since the first name, a new reading begins.
    """
    Booking.objects.select_for_update().get(pk=booking.pk)
    now = risks.risks_of(child)
    found = list(JointReading.objects.filter(booking=booking).order_by("-first_at"))
    holding = [each for each in found if now <= risks.read(each.risks)]
    for reading in holding:
        if by.pk in (reading.first_by_id, reading.second_by_id) or reading.is_complete:
            return reading
    if not holding:
        return JointReading.objects.create(
            booking=booking,
            facility_id=booking.facility_id,
            risks=risks.written(now),
            first_by=by,
            first_at=at,
        )
    reading = holding[0]
    reading.second_by, reading.second_at = by, at
    reading.save(update_fields=["second_by", "second_at"])
    return reading
