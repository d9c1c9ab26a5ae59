"""Slots are made ahead from the opening patterns."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from booking import timetable, versions
from booking.models import OpeningPattern, Slot, UseRule
from booking.models.opening import Weekday
from records.models import Facility


@transaction.atomic
def make(*, facility: Facility, first: dt.date, last: dt.date) -> int:
    """Make the slots of `facility` from `first` to `last`, both included; how many were new.

    Slots that exist stay as they are, sold or not. Where no rule is in force none are made.
    """
    before = Slot.objects.filter(facility=facility).count()
    Slot.objects.bulk_create(_planned(facility, first, last), ignore_conflicts=True)
    return Slot.objects.filter(facility=facility).count() - before


def _planned(facility: Facility, first: dt.date, last: dt.date) -> Iterator[Slot]:
    patterns = list(OpeningPattern.objects.filter(facility=facility))
    rules = list(UseRule.objects.all())
    for offset in range((last - first).days + 1):
        day = first + dt.timedelta(days=offset)
        pattern = next((p for p in patterns if _applies(p, day)), None)
        rule = versions.in_force(rules, facility.pk, day, day)
        if pattern is None or rule is None or facility.capacity is None:
            continue
        if rule.closes_at_year_end and timetable.is_year_end(day):
            continue
        for start, end in timetable.half_hours(day, pattern.opens_at, pattern.closes_at):
            yield Slot(
                facility=facility,
                starts_at=start,
                ends_at=end,
                places=facility.capacity,
                infant_limit=facility.capacity,
                under_two_limit=facility.capacity,
                two_up_limit=facility.capacity,
                staff=pattern.staff_count,
                infant_ratio=rule.infant_ratio,
                ones_twos_ratio=rule.ones_twos_ratio,
                threes_ratio=rule.threes_ratio,
                fours_up_ratio=rule.fours_up_ratio,
                rounding=rule.rounding,
            )


def _applies(pattern: OpeningPattern, day: dt.date) -> bool:
    return pattern.weekday == Weekday(day.weekday()) and _in_force(pattern, day)


def _in_force(version: OpeningPattern, day: dt.date) -> bool:
    return version.valid_from <= day and (version.valid_to is None or day <= version.valid_to)
