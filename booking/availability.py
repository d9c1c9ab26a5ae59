"""How many more children fit, and how it reads. Pure: values in, values out."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator

from booking.capacity import RATIOS, Weight, staff_needed
from booking.enums import VACANCY_SIGNS, Rounding, StaffingGroup, Vacancy
from booking.models import Slot
from history import clock

# Up to so many places the sign is 残りわずか.
FEW = 3

# The groups parents choose from; one-to-one care is arranged with the facility.
CHOICES = tuple(RATIOS)
DEFAULT_GROUP = StaffingGroup.ONES_TWOS


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cell:
    """One hour of one day. `left` is the lower of its two half hours; 0 where it is closed."""

    day: dt.date
    time: dt.time
    vacancy: Vacancy
    left: int = 0
    is_past: bool = False
    is_bookable: bool = False
    # Full, and still to be booked if there were places: there families may wait.
    can_be_waited_for: bool = False

    @property
    def sign(self) -> str:
        return VACANCY_SIGNS[self.vacancy]

    @property
    def key(self) -> str:
        """One per cell of a week, for the place to come back to."""
        return f"{self.day:%Y%m%d}-{self.time:%H%M}"

    @property
    def style(self) -> str:
        """The name that stylesheets know."""
        return "past" if self.is_past else str(self.vacancy.value)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days of one facility for one age group, in rows of an hour."""

    days: tuple[dt.date, ...]
    rows: tuple[tuple[dt.time, tuple[Cell, ...]], ...]
    group: StaffingGroup
    today: dt.date

    @property
    def digest(self) -> str:
        """Equal as long as the table reads the same."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:32]


def chosen_group(text: str) -> StaffingGroup:
    """The group that an address names, or the usual one."""
    return StaffingGroup(text) if text in CHOICES else DEFAULT_GROUP


# What the children of a group count as; of several ages the one that the limits leave more to.
WEIGHTS = {
    group: tuple(Weight(group, years) for years in ages)
    for group, ages in {
        StaffingGroup.INFANTS: (0,),
        StaffingGroup.ONES_TWOS: (1, 2),
        StaffingGroup.THREES: (3,),
        StaffingGroup.FOURS_UP: (4,),
        StaffingGroup.ONE_TO_ONE: (0, 1, 2),
    }.items()
}


def places_left(slot: Slot, weight: Weight) -> int:
    """How many more such children fit: the lowest of room, age limits and staff."""
    room = min(slot.places - slot.taken - slot.reserved, _age_left(slot, weight))
    counts = slot.counts()
    ratios = {each: getattr(slot, ratio) for each, ratio in RATIOS.items()}
    present = counts[weight.group]
    # Downwards: mostly there is staff enough for the whole room.
    for left in range(room, 0, -1):
        counts[weight.group] = present + left
        if staff_needed(counts, ratios, Rounding(slot.rounding)) <= slot.staff:
            return left
    return 0


def _most_left(slot: Slot, group: StaffingGroup) -> int:
    return max(places_left(slot, weight) for weight in WEIGHTS[group])


def _age_left(slot: Slot, weight: Weight) -> int:
    if not weight.is_under_two:
        return slot.two_up_limit - (slot.taken - slot.under_twos)
    left = slot.under_two_limit - slot.under_twos
    return min(left, slot.infant_limit - slot.under_ones) if weight.is_under_one else left


def vacancy_of(left: int, places: int) -> Vacancy:
    """The sign for so many places left of so many; where there is none at all it is closed."""
    if places == 0:
        return Vacancy.CLOSED
    if left == 0:
        return Vacancy.FULL
    if left <= FEW:
        return Vacancy.FEW
    return Vacancy.PLENTY if left * 2 > places else Vacancy.SOME


def by_hour(slots: Iterable[Slot]) -> dict[tuple[dt.date, int], list[Slot]]:
    """Slots under their day and hour on Tokyo's clock, in order of time."""
    found: dict[tuple[dt.date, int], list[Slot]] = {}
    for slot in sorted(slots, key=lambda slot: slot.starts_at):
        start = clock.local(slot.starts_at)
        found.setdefault((start.date(), start.hour), []).append(slot)
    return found


def hours_of(slots: Iterable[Slot], group: StaffingGroup, at: dt.datetime) -> Iterator[Cell]:
    """A cell for each hour that has slots; none of them bookable yet."""
    for (day, _hour), both in by_hour(slots).items():
        left, places = min((_most_left(slot, group), slot.places) for slot in both)
        yield Cell(
            day=day,
            time=clock.local(both[0].starts_at).time(),
            vacancy=vacancy_of(left, places),
            left=left,
            is_past=both[0].starts_at <= at,
        )
