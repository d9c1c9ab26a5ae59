"""What staff read about closures: those to decide, what a decision would do, how families know."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from itertools import groupby

from booking.actions import closures
from booking.enums_closures import ClosureState
from booking.models import Booking, Closure, LostBooking
from history import clock


@dataclasses.dataclass(frozen=True, kw_only=True)
class Batch:
    """Closures that were prepared together, as far as the reader works for their facilities."""

    closures: Sequence[Closure]
    at: dt.datetime

    @property
    def first(self) -> Closure:
        return self.closures[0]

    @property
    def number(self) -> uuid.UUID:
        return self.first.batch

    @property
    def is_prepared(self) -> bool:
        return any(each.is_prepared for each in self.closures)

    @property
    def is_in_force(self) -> bool:
        return any(each.is_in_force for each in self.closures)

    @property
    def is_overdue(self) -> bool:
        """Whether the hour has come at which it was to be decided."""
        return self.is_prepared and self.first.announce_at <= self.at

    @property
    def is_over(self) -> bool:
        return all(each.ends_at <= self.at for each in self.closures)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sheet:
    """One batch: before the decision the bookings that it would meet, after it those it ended."""

    batch: Batch
    met: Sequence[Booking]
    lost: Sequence[LostBooking]

    @property
    def children(self) -> list[uuid.UUID]:
        """Whose names the page shows."""
        shown = [*self.met, *(each.booking for each in self.lost)]
        return list(dict.fromkeys(each.child_id for each in shown))

    @property
    def untold(self) -> int:
        """How many families still wait for somebody to ring them."""
        return sum(1 for each in self.lost if each.call and each.call.is_open)


def batches(*, user: object, facilities: Iterable[int], at: dt.datetime) -> list[Batch]:
    """Closures of today and later, and those of the week before, the soonest day first. One
    statement."""
    since = clock.local(at).date() - dt.timedelta(days=7)
    found = (
        Closure.objects.visible_to(user)
        .filter(facility__in=list(facilities), day__gte=since)
        .select_related("facility", "decided_by", "prepared_by")
        .order_by("day", "prepared_at", "batch", "facility__number")
    )
    return [
        Batch(closures=list(each), at=at)
        for _number, each in groupby(found, lambda closure: closure.batch)
    ]


def sheet(
    *, user: object, facilities: Iterable[int], number: uuid.UUID, at: dt.datetime
) -> Sheet | None:
    """A batch with its bookings; None where the reader works for none of its facilities. Three
    statements."""
    found = list(
        Closure.objects.visible_to(user)
        .filter(facility__in=list(facilities), batch=number)
        .select_related("facility", "decided_by", "prepared_by", "lifted_by")
        .order_by("facility__number")
    )
    if not found:
        return None
    prepared = [each for each in found if each.is_prepared]
    met = closures.met(prepared).visible_to(user) if prepared else Booking.objects.none()
    lost = LostBooking.objects.filter(closure__in=found).select_related(
        "booking", "facility", "call"
    )
    return Sheet(
        batch=Batch(closures=found, at=at),
        met=list(met.select_related("facility").order_by("starts_at", "child_name_kana")),
        lost=list(lost),
    )


def overdue_count(*, user: object, facilities: Iterable[int], at: dt.datetime) -> int:
    """How many closures should have been decided by now. One statement."""
    waiting = Closure.objects.visible_to(user).filter(facility__in=list(facilities))
    return waiting.filter(state=ClosureState.PREPARED, announce_at__lte=at).count()


def announced(at: dt.datetime, facility_id: int | None = None) -> list[Closure]:
    """The closures that families read of: from today on, of one facility or of all, the soonest
    first. One statement; not who decided."""
    found = Closure.objects.in_force().filter(day__gte=clock.local(at).date())
    if facility_id is not None:
        found = found.filter(facility=facility_id)
    return list(
        found.select_related("facility")
        .only("day", "kind", "opens_at", "closes_at", "reason", "words", "facility__name",
              "facility__phone")
        .order_by("day", "facility__number")
    )  # fmt: skip
