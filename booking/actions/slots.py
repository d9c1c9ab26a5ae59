"""Slots are made ahead from the opening patterns, and follow what is decided and what is so.

What was decided (hours, rules, standard staffing) reaches the half hours of which nothing is sold;
facts (the roster, fewer places) reach all of them, and what is promised stays promised.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator

from django.db import transaction

from booking import openings, timetable, versions
from booking.actions import counters
from booking.models import CapacityChange, OpeningPattern, Roster, Slot, UseRule
from history import clock
from records.models import Facility

ONE_DAY = dt.timedelta(days=1)
DECIDED = (
    "places", "infant_limit", "under_two_limit", "two_up_limit", "staff", "infant_ratio",
    "ones_twos_ratio", "threes_ratio", "fours_up_ratio", "rounding",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Made:
    """How many half hours were new, brought in line, or taken away since nothing is open then."""

    new: int = 0
    changed: int = 0
    removed: int = 0


@transaction.atomic
def make(*, facility: Facility, first: dt.date, last: dt.date) -> Made:
    """Make the slots of `facility` from `first` to `last`, both included, and bring those in line
    of which nothing is sold. Where no rule is in force none are made.

    Repeating it changes nothing. Of a slot that is sold not even a ceiling changes.
    """
    plan = {slot.starts_at: slot for slot in _Planner(facility, first, last).slots()}
    there = {slot.starts_at: slot for slot in _between(facility, first, last)}
    new = [slot for moment, slot in plan.items() if moment not in there]
    Slot.objects.bulk_create(new, ignore_conflicts=True)
    unsold = [slot for slot in there.values() if not slot.taken and not slot.held_back]
    removed, _each = Slot.objects.filter(
        pk__in=[slot.pk for slot in unsold if slot.starts_at not in plan], taken=0, held_back=0
    ).delete()
    changes = {
        slot.pk: change
        for slot in unsold
        if slot.starts_at in plan and (change := _differing(slot, plan[slot.starts_at], DECIDED))
    }
    changed = counters.refit(changes, unsold=True) if changes else 0
    return Made(new=len(new), changed=changed, removed=removed)


def note_fact(*, facility: Facility, days: Collection[dt.date], column: str) -> int:
    """Bring `staff` or `places` of all half hours of some days in line with what is so.

    How many half hours of these days are red then. Runs in the transaction that writes the fact
    down, and last in it; repeating it changes nothing. Raises BookingRefused (BUSY).
    """
    changes = {}
    for day in days:
        plan = {slot.starts_at: slot for slot in _Planner(facility, day, day).slots()}
        for slot in _between(facility, day, day):
            # Sold beyond the hours of today's pattern: no number is known there.
            if slot.starts_at in plan:
                changes[slot.pk] = _differing(slot, plan[slot.starts_at], (column,))
    changes = {number: change for number, change in changes.items() if change}
    if changes:
        counters.refit(changes)
    return sum(Slot.objects.filter(facility=facility).on_day(day).red().count() for day in days)


def _between(facility: Facility, first: dt.date, last: dt.date) -> list[Slot]:
    start, end = clock.at(first, dt.time.min), clock.at(last + ONE_DAY, dt.time.min)
    return list(Slot.objects.filter(facility=facility).between(start, end))


def _differing(slot: Slot, planned: Slot, columns: tuple[str, ...]) -> dict[str, object]:
    return {
        column: getattr(planned, column)
        for column in columns
        if getattr(planned, column) != getattr(slot, column)
    }


class _Planner:
    """The half hours of a facility as they should be, unsold. Four statements for any period."""

    def __init__(self, facility: Facility, first: dt.date, last: dt.date) -> None:
        self.facility = facility
        self.days = [first + ONE_DAY * number for number in range((last - first).days + 1)]
        self.patterns = list(OpeningPattern.objects.filter(facility=facility))
        self.rules = list(UseRule.objects.all())
        self.rosters = list(Roster.objects.filter(facility=facility).between(first, last))
        # Not the reason, which the worker may not read.
        changes = CapacityChange.objects.filter(facility=facility, day__range=(first, last))
        self.places = dict(changes.values_list("day", "places"))

    def slots(self) -> Iterator[Slot]:
        for day in self.days:
            rule = versions.in_force(self.rules, self.facility.pk, day, day)
            pattern = self._open(day, rule) if rule else None
            if rule is None or pattern is None or self.facility.capacity is None:
                continue
            for start, end in timetable.half_hours(day, pattern.opens_at, pattern.closes_at):
                yield Slot(
                    facility=self.facility,
                    starts_at=start,
                    ends_at=end,
                    places=self.places.get(day, self.facility.capacity),
                    infant_limit=self.facility.capacity,
                    under_two_limit=self.facility.capacity,
                    two_up_limit=self.facility.capacity,
                    staff=self._staff(start, pattern),
                    infant_ratio=rule.infant_ratio,
                    ones_twos_ratio=rule.ones_twos_ratio,
                    threes_ratio=rule.threes_ratio,
                    fours_up_ratio=rule.fours_up_ratio,
                    rounding=rule.rounding,
                )

    def _open(self, day: dt.date, rule: UseRule) -> OpeningPattern | None:
        """The hours of a day; here closures of single days come in."""
        if rule.closes_at_year_end and timetable.is_year_end(day):
            return None
        return openings.pattern_on(day, self.patterns)

    def _staff(self, moment: dt.datetime, pattern: OpeningPattern) -> int:
        return next(
            (roster.staff for roster in self.rosters if roster.covers(moment)),
            pattern.staff_count,
        )
