"""定員の変更: a day with fewer places. A fact is saved at once, whatever was promised."""

import datetime as dt

from django.db import transaction

from booking.actions import rosters, slots
from booking.models import CapacityChange
from records.models import Facility


@transaction.atomic
def change(*, facility: Facility, day: dt.date, places: int, reason: str) -> int:
    """Write down how many places a facility has on a day. How many half hours are red then.

    Raises BookingRefused (BUSY) while others hold them.
    """
    rosters.await_others(facility)
    # Not `update_or_create`, which writes the facility's number again: staff may not change it.
    known = CapacityChange.objects.filter(facility=facility, day=day)
    if not known.update(places=places, reason=reason):
        CapacityChange.objects.create(facility=facility, day=day, places=places, reason=reason)
    return slots.note_fact(facility=facility, days=[day], column="places")


@transaction.atomic
def restore(*, facility: Facility, day: dt.date) -> int:
    """The usual number of places again."""
    CapacityChange.objects.filter(facility=facility, day=day).delete()
    return slots.note_fact(facility=facility, days=[day], column="places")
