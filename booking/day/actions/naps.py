"""午睡チェック: put down, looked at, up again."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction

from booking.day.enums import Breathing, SleepPosition
from booking.day.models import NapCheck, NapRule, NapWatch
from booking.day.refusals import NobodyAsleep, NotHere
from booking.enums import BookingState
from booking.models import Booking
from history import clock
from records.models import User


@dataclasses.dataclass(frozen=True, kw_only=True)
class Look:
    """How one sleeping child was found."""

    watch: uuid.UUID
    position: SleepPosition
    breathing: Breathing = Breathing.CALM
    note: str = ""


@transaction.atomic
def begin(*, booking: Booking, by: User, at: dt.datetime) -> NapWatch:
    """From now on the child is looked at as often as the rule of the day asks. A second tap finds
    the first. Raises NotHere unless the child is present."""
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.state != BookingState.PRESENT:
        raise NotHere
    known = NapWatch.objects.filter(booking=booking).under_way().first()
    if known is not None:
        return known
    rule = NapRule.objects.valid_on(clock.local(at).date()).first()
    return NapWatch.objects.create(
        booking=booking,
        facility_id=booking.facility_id,
        interval_minutes=rule.minutes_for(booking.age_years) if rule else None,
        began_at=at,
        begun_by=by,
    )


@transaction.atomic
def check(*, looks: Iterable[Look], facility_id: int, by: User, at: dt.datetime) -> list[NapCheck]:
    """Keep each look. Who was up or fetched meanwhile is left out; NobodyAsleep if that is all."""
    wanted = {look.watch: look for look in looks}
    watches = NapWatch.objects.filter(pk__in=wanted, facility_id=facility_id).under_way()
    made = [
        NapCheck(
            watch=watch,
            facility_id=facility_id,
            position=wanted[watch.pk].position,
            breathing=wanted[watch.pk].breathing,
            note=wanted[watch.pk].note,
            checked_by=by,
            checked_at=at,
        )
        for watch in watches.select_for_update(of=["self"])
    ]
    if not made:
        raise NobodyAsleep
    return NapCheck.objects.bulk_create(made)


@transaction.atomic
def end(*, watch: NapWatch, by: User, at: dt.datetime) -> NapWatch:
    """The child is up. A second tap changes nothing."""
    # What is over cannot be locked: the database lets nobody change it.
    found = NapWatch.objects.select_for_update().filter(pk=watch.pk, ended_at=None).first()
    if found is None:
        return NapWatch.objects.get(pk=watch.pk)
    found.ended_at, found.ended_by = at, by
    found.save(update_fields=["ended_at", "ended_by"])
    return found
