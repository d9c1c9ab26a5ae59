"""Slots are made ahead from the opening patterns, and follow what is decided and what is so.

What was decided (hours, rules, standard staffing) reaches the half hours of which nothing is sold;
facts (the roster, fewer places) reach all of them, and what is promised stays promised.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator

from django.db import transaction

from booking import openings, seats, timetable, versions
from booking.actions import counters
from booking.enums import SeatKind
from booking.enums_rules import QuotaGroup
from booking.models import CapacityChange, Closure, OpeningPattern, Roster, Slot, UseRule
from history import clock
from records.models import Facility

ONE_DAY = dt.timedelta(days=1)
LIMITS = {
    QuotaGroup.UNDER_ONE: "infant_limit",
    QuotaGroup.UNDER_TWO: "under_two_limit",
    QuotaGroup.TWO_UP: "two_up_limit",
}
RESERVES = tuple(column for kind in SeatKind for column in (kind.places, kind.total))
DECIDED = (
    "places", *LIMITS.values(), "staff", "infant_ratio", "ones_twos_ratio", "threes_ratio",
    "fours_up_ratio", "rounding", *RESERVES,
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Made:
    """How many half hours were new, brought in line, or taken away since nothing is open then."""

    new: int = 0
    changed: int = 0
    removed: int = 0


@transaction.atomic
def make(*, facility: Facility, first: dt.date, last: dt.date, at: dt.datetime) -> Made:
    """Make the slots of `facility` from `first` to `last`, both included, and bring those in line
    of which nothing is sold. Where no rule is in force none are made. What a reserve has released
    by the moment `at` is not held back again.

    Repeating it changes nothing. Of a slot that is sold not even a ceiling changes.
    """
    plan = {slot.starts_at: slot for slot in _Planner(facility, first, last).slots(at)}
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


@transaction.atomic
def release(*, facility: Facility, at: dt.datetime) -> int:
    """Give the places of reserves whose time has come to everybody; in how many half hours.

    A reserve that the rules no longer name has had its time. Repeating it changes nothing.
    """
    held = Slot.objects.filter(facility=facility, starts_at__gt=at).holding_back()
    rules = list(UseRule.objects.with_parts()) if held else []
    changes: dict[int, dict[str, object]] = {}
    for slot in held:
        day = clock.local(slot.starts_at).date()
        rule = versions.in_force(rules, facility.pk, day, day)
        kept = seats.kept(rule, day, at) if rule else {}
        over = [kind for kind in SeatKind if getattr(slot, kind.total) and kind not in kept]
        if over:
            changes[slot.pk] = {col: 0 for kind in over for col in (kind.places, kind.total)}
    return counters.refit(changes) if changes else 0


def note_fact(*, facility: Facility, days: Collection[dt.date], column: str) -> int:
    """Bring `staff` or `places` of all half hours of some days in line with what is so.

    Shares of the places follow them. How many half hours of these days are red then. Runs in the
    transaction that writes the fact down, and last in it; repeating it changes nothing. Raises
    BookingRefused (BUSY).
    """
    changes = {}
    for day in days:
        planner = _Planner(facility, day, day)
        plan = {slot.starts_at: slot for slot in planner.slots()}
        columns = (column, *(planner.shares_on(day) if column == "places" else ()))
        for slot in _between(facility, day, day):
            # Sold beyond the hours of today's pattern: no number is known there.
            if slot.starts_at in plan:
                changes[slot.pk] = _differing(slot, plan[slot.starts_at], columns)
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
    """The half hours of a facility as they should be, unsold. Five statements for any period."""

    def __init__(self, facility: Facility, first: dt.date, last: dt.date) -> None:
        self.facility = facility
        self.days = [first + ONE_DAY * number for number in range((last - first).days + 1)]
        self.patterns = list(OpeningPattern.objects.filter(facility=facility))
        self.rules = list(UseRule.objects.with_parts())
        self.rosters = list(Roster.objects.filter(facility=facility).between(first, last))
        # Not the reason, which the worker may not read.
        changes = CapacityChange.objects.filter(facility=facility, day__range=(first, last))
        self.places = dict(changes.values_list("day", "places"))
        closures = Closure.objects.filter(facility=facility).between(first, last).in_force()
        self.closures = list(closures.only(*Closure.HOURS))

    def slots(self, at: dt.datetime | None = None) -> Iterator[Slot]:
        """With the reserves that are held back at a moment; without any where none is given."""
        for day in self.days:
            rule = self._rule(day)
            pattern = self._open(day, rule) if rule else None
            if rule is None or pattern is None or self.facility.capacity is None:
                continue
            places = self.places.get(day, self.facility.capacity)
            held = seats.kept(rule, day, at) if at else {}
            limits = dict.fromkeys(LIMITS.values(), self.facility.capacity)
            limits |= {LIMITS[QuotaGroup(q.group)]: q.most_of(places) for q in rule.quotas}
            for start, end in timetable.half_hours(day, pattern.opens_at, pattern.closes_at):
                yield Slot(
                    facility=self.facility,
                    starts_at=start,
                    ends_at=end,
                    places=0 if self._is_closed(start, end) else places,
                    staff=self._staff(start, pattern),
                    infant_ratio=rule.infant_ratio,
                    ones_twos_ratio=rule.ones_twos_ratio,
                    threes_ratio=rule.threes_ratio,
                    fours_up_ratio=rule.fours_up_ratio,
                    rounding=rule.rounding,
                    **limits,
                    **seats.totals(held, places),
                )

    def shares_on(self, day: dt.date) -> list[str]:
        """The limits of a day that are shares of its places."""
        rule = self._rule(day)
        return [LIMITS[QuotaGroup(q.group)] for q in rule.quotas if q.percent] if rule else []

    def _rule(self, day: dt.date) -> UseRule | None:
        return versions.in_force(self.rules, self.facility.pk, day, day)

    def _open(self, day: dt.date, rule: UseRule) -> OpeningPattern | None:
        """The hours of a day; a closure leaves them as they are and takes the places."""
        if rule.closes_at_year_end and timetable.is_year_end(day):
            return None
        return openings.pattern_on(day, self.patterns)

    def _is_closed(self, start: dt.datetime, end: dt.datetime) -> bool:
        return any(closure.covers(start, end) for closure in self.closures)

    def _staff(self, moment: dt.datetime, pattern: OpeningPattern) -> int:
        return next(
            (roster.staff for roster in self.rosters if roster.covers(moment)),
            pattern.staff_count,
        )
