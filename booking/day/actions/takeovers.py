"""引き継ぎ at the change of shift."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction

from booking.day.models import Takeover
from records.models import User


@transaction.atomic
def take_over(
    *, facility_id: int, notes: Iterable[uuid.UUID], by: User, at: dt.datetime
) -> Takeover:
    """Keep that somebody has read these notes."""
    return Takeover.objects.create(
        facility_id=facility_id, taken_by=by, taken_at=at, notes=list(notes)
    )
