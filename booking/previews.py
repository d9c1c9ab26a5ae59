"""What a version of rules or fees or a 募集 will change, read before it is saved."""

import dataclasses
import datetime as dt

from django.db.models import Count
from django.db.models.functions import TruncDate

from booking import rules
from booking.models import Booking, Release, Slot, Tariff, UseRule
from history import clock
from records.models import Facility


@dataclasses.dataclass(kw_only=True)
class Touched:
    """The coming bookings of a facility for days on which a version will hold.

    They keep the version and the price they were made by. `unlike` are those whose time could not
    be booked by a new version of the rules; whoever edits may want to speak to these families.
    """

    facility: Facility
    count: int = 0
    unlike: int = 0


def touched(version: UseRule | Tariff, at: dt.datetime) -> list[Touched]:
    """By facility, in the ward's order; facilities with a line of their own only by that. One
    statement."""
    first = clock.at(version.valid_from, dt.time.min)
    coming = Booking.objects.open().filter(starts_at__gt=at, starts_at__gte=first)
    if version.valid_to is not None:
        end = clock.at(version.valid_to + dt.timedelta(days=1), dt.time.min)
        coming = coming.filter(starts_at__lt=end)
    if version.facility_id is not None:
        coming = coming.filter(facility=version.facility_id)
    elif isinstance(version, UseRule):
        coming = coming.filter(use_rule__facility=None)
    else:
        own = Tariff.objects.exclude(facility=None).exclude(valid_to__lt=version.valid_from)
        coming = coming.exclude(facility__in=own.values("facility"))
    found: dict[int, Touched] = {}
    for booking in coming.select_related("facility").order_by("facility__number"):
        row = found.setdefault(booking.facility_id, Touched(facility=booking.facility))
        row.count += 1
        if isinstance(version, UseRule):
            times = clock.local(booking.starts_at), clock.local(booking.ends_at)
            row.unlike += rules.refusal_of_times(version, *times) is not None
    return list(found.values())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Places:
    """What a facility has to give away in a 募集: days with half hours, and what is booked."""

    facility: Facility
    days: int
    bookings: int


def places(release: Release) -> list[Places]:
    """By facility, in the ward's order. Three statements."""
    first = clock.at(release.first_day, dt.time.min)
    end = clock.at(release.last_day + dt.timedelta(days=1), dt.time.min)
    slots = Slot.objects.between(first, end).annotate(day=TruncDate("starts_at"))
    days = dict(slots.order_by().values_list("facility").annotate(Count("day", distinct=True)))
    booked = Booking.objects.seated().filter(starts_at__gte=first, starts_at__lt=end)
    counts = dict(booked.order_by().values_list("facility").annotate(Count("pk")))
    facilities = Facility.objects.filter(pk__in=days).order_by("number")
    if release.facility_id is not None:
        facilities = facilities.filter(pk=release.facility_id)
    return [
        Places(facility=each, days=days[each.pk], bookings=counts.get(each.pk, 0))
        for each in facilities
    ]
