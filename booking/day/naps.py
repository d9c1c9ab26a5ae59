"""Who sleeps, who is to be looked at now, and the looks of the day."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.db.models import Prefetch

from booking.day.day_sheet import Row
from booking.day.models import NapCheck, NapRule, NapWatch
from booking.enums import BookingState
from history import clock

LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True)
class Sleeper:
    """A sleeping child with its row of the list and the last look."""

    row: Row
    watch: NapWatch
    at: dt.datetime

    @property
    def last(self) -> NapCheck | None:
        return max(self.watch.checks.all(), key=lambda each: each.checked_at, default=None)

    @property
    def due_at(self) -> dt.datetime | None:
        """None where no look is asked for."""
        due: dt.datetime | None = self.watch.due_at  # type: ignore[attr-defined]  # annotated
        return due

    @property
    def is_due(self) -> bool:
        return self.due_at is not None and self.due_at <= self.at


@dataclasses.dataclass(frozen=True)
class NapRoom:
    """Those who sleep, the longest overdue first; those who are here and awake; the naps that are
    over today."""

    sleepers: tuple[Sleeper, ...]
    awake: tuple[Row, ...]
    over: tuple[NapWatch, ...]

    @property
    def due_count(self) -> int:
        return sum(1 for each in self.sleepers if each.is_due)


def nap_room(rows: Iterable[Row], *, facility_id: int, at: dt.datetime) -> NapRoom:
    """Of the rows of today's list. Three statements."""
    here = {row.booking.pk: row for row in rows if row.booking.state == BookingState.PRESENT}
    start = clock.at(clock.local(at).date(), dt.time.min)
    of_day = NapWatch.objects.filter(facility_id=facility_id, began_at__gte=start)
    looks = NapCheck.objects.select_related("checked_by")
    watches = of_day.with_due().select_related("booking", "begun_by", "ended_by")
    found = list(watches.prefetch_related(Prefetch("checks", looks)))
    asleep = [each for each in found if each.ended_at is None and each.booking_id in here]
    sleepers = [Sleeper(here[each.booking_id], each, at) for each in asleep]
    sleeping = {each.booking_id for each in asleep}
    return NapRoom(
        sleepers=tuple(sorted(sleepers, key=lambda each: each.due_at or LAST)),
        awake=tuple(row for number, row in here.items() if number not in sleeping),
        over=tuple(each for each in found if each not in asleep),
    )


def rule_on(day: dt.date) -> NapRule | None:
    """How often a look is asked for on a day. One statement."""
    return NapRule.objects.valid_on(day).first()
