"""Calls about a child that has not come, or was not fetched."""

import datetime as dt

from django.db import transaction

from booking.day.enums import CallAnswer
from booking.day.models import DayCall
from booking.day.phones import Phone
from booking.models import Booking
from records.models import User


@transaction.atomic
def note(
    *, booking: Booking, phone: Phone, answer: CallAnswer, words: str, by: User, at: dt.datetime
) -> DayCall:
    """Keep that somebody rang a number of the row. Every tap is a try of its own."""
    return DayCall.objects.create(
        booking=booking,
        facility_id=booking.facility_id,
        whose=phone.whose,
        number=phone.number,
        answer=answer,
        note=words,
        called_by=by,
        called_at=at,
    )
