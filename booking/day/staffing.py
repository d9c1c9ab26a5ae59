"""Children against staff, at this moment and in the half hour that comes next. No statement."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from booking import capacity
from booking.enums import BookingState, Rounding, StaffingGroup
from booking.models import Booking, Slot

# A colleague can still be called.
AHEAD = dt.timedelta(minutes=30)


@dataclasses.dataclass(frozen=True)
class HeadCount:
    """Children here at this moment, by staffing group, and the staff they need and have.

    `needed` and `staff` are None outside of the opening hours, when no half hour is under way.
    """

    present: int
    groups: tuple[tuple[str, int], ...]
    needed: int | None
    staff: int | None

    @property
    def is_short(self) -> bool:
        return self.needed is not None and self.staff is not None and self.needed > self.staff


@dataclasses.dataclass(frozen=True)
class Shortage:
    """A half hour about to begin for whose children there is not enough staff."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    children: int
    needed: int
    staff: int

    @property
    def missing(self) -> int:
        return self.needed - self.staff


def head_count(slots: Iterable[Slot], bookings: Iterable[Booking], at: dt.datetime) -> HeadCount:
    """Who is here; `slots` are those of the day."""
    counts = _by_group(b for b in bookings if b.state == BookingState.PRESENT)
    slot = next((each for each in slots if each.starts_at <= at < each.ends_at), None)
    return HeadCount(
        present=sum(counts.values()),
        groups=tuple((str(group.label), counts[group]) for group in StaffingGroup if counts[group]),
        needed=_needed(slot, counts) if slot else None,
        staff=slot.staff if slot else None,
    )


def shortage_ahead(
    slots: Iterable[Slot], bookings: Sequence[Booking], at: dt.datetime
) -> Shortage | None:
    """The first half hour that begins within the next one and is short of staff.

    Unlike a breach it counts who is really here: who came without a booking, who was not fetched
    in time, and not who said to come later.
    """
    for slot in sorted(slots, key=lambda each: each.starts_at):
        if not at < slot.starts_at <= at + AHEAD:
            continue
        counts = _by_group(b for b in bookings if _is_expected(b, slot, at))
        needed = _needed(slot, counts)
        if needed > slot.staff:
            return Shortage(slot.starts_at, slot.ends_at, sum(counts.values()), needed, slot.staff)
    return None


def _is_expected(booking: Booking, slot: Slot, at: dt.datetime) -> bool:
    if booking.state == BookingState.PRESENT:
        # Whoever should have been fetched by now may well stay on.
        return booking.ends_at > slot.starts_at or booking.ends_at <= at
    if booking.state != BookingState.CONFIRMED:
        return False
    late = getattr(booking, "late_notice", None)
    comes_at = late.arrives_at if late else booking.starts_at
    return comes_at < slot.ends_at and booking.ends_at > slot.starts_at


def _by_group(bookings: Iterable[Booking]) -> Counter[StaffingGroup]:
    return Counter(StaffingGroup(booking.staffing_group) for booking in bookings)


def _needed(slot: Slot, counts: Counter[StaffingGroup]) -> int:
    ratios = {group: getattr(slot, column) for group, column in capacity.RATIOS.items()}
    return capacity.staff_needed(counts, ratios, Rounding(slot.rounding)) if counts else 0
