"""The staffing formula, written once: as numbers for tables, as SQL for constraints and updates.

Source: 児童福祉法施行規則 第36条の35. Each age group is divided by its ratio and cut to one decimal
before adding, so everything counts in integer tenths; the sum is rounded, two is the least.
"""

import dataclasses
import functools

from django.apps import apps
from django.db import connection
from django.db.models import BooleanField, Case, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Greatest
from django.db.models.sql import Query

from booking.enums import Rounding, SeatKind, StaffingGroup

LEAST_STAFF = 2

# Counter of a slot: its ratio. One-to-one care takes a whole member of staff.
RATIOS = {
    StaffingGroup.INFANTS: "infant_ratio",
    StaffingGroup.ONES_TWOS: "ones_twos_ratio",
    StaffingGroup.THREES: "threes_ratio",
    StaffingGroup.FOURS_UP: "fours_up_ratio",
}


@dataclasses.dataclass(frozen=True)
class Weight:
    """What a child counts as on a day: its staffing group, and its age in full years.

    The age limits of a room count a child whatever its group; one-to-one care has every age.
    """

    group: StaffingGroup
    years: int

    @property
    def is_under_one(self) -> bool:
        return self.years < 1

    @property
    def is_under_two(self) -> bool:
        return self.years < 2

    @property
    def counters(self) -> tuple[str, ...]:
        """The columns of a slot in which the child counts, `taken` first."""
        by_age = {"under_ones": self.is_under_one, "under_twos": self.is_under_two}
        return ("taken", self.group.value, *(name for name, counts in by_age.items() if counts))


def staffing_group(years: int, *, one_to_one: bool) -> StaffingGroup:
    """The group that a child of so many full years counts in."""
    if one_to_one:
        return StaffingGroup.ONE_TO_ONE
    if years < 1:
        return StaffingGroup.INFANTS
    if years < 3:
        return StaffingGroup.ONES_TWOS
    return StaffingGroup.THREES if years < 4 else StaffingGroup.FOURS_UP


def staff_needed(
    counts: dict[StaffingGroup, int], ratios: dict[StaffingGroup, int], rounding: Rounding
) -> int:
    """Staff needed for head counts by group; `ratios` are children for one member of staff."""
    tenths = 10 * counts.get(StaffingGroup.ONE_TO_ONE, 0)
    for group in RATIOS:
        tenths += counts.get(group, 0) * 10 // ratios[group]
    return max(LEAST_STAFF, (tenths + (5 if rounding == Rounding.HALF_UP else 9)) // 10)


def staff_needed_sql(
    adding: StaffingGroup | None = None, removing: StaffingGroup | None = None
) -> Combinable:
    """The same over the columns of a slot, with one child more of a group and one less of another,
    where they are named."""

    def count(group: StaffingGroup) -> Combinable:
        changed: Combinable = F(group.value)
        if group == adding:
            changed = changed + Value(1)
        return changed - Value(1) if group == removing else changed

    tenths: Combinable = count(StaffingGroup.ONE_TO_ONE) * Value(10)
    for group, ratio in RATIOS.items():
        # Integers on both sides: PostgreSQL cuts, which is what the formula asks.
        tenths = tenths + count(group) * Value(10) / F(ratio)
    extra = Case(
        When(rounding=Rounding.HALF_UP, then=Value(5)),
        default=Value(9),
        output_field=IntegerField(),
    )
    return Greatest(Value(LEAST_STAFF), (tenths + extra) / Value(10), output_field=IntegerField())


def reserved(besides: SeatKind | None = None, *, is_offered: bool = False) -> Combinable:
    """The places of a slot that are still held back, but for those of one kind; for whom the
    waiting list offers a place, one less of those that are held back for it."""
    total: Combinable = F("held_back")
    if is_offered:
        total = Greatest(total, Value(1)) - Value(1)
    for kind in SeatKind:
        if kind != besides:
            total = total + F(kind.places)
    return total


def has_room(seat: SeatKind | None = None, *, is_offered: bool = False) -> Q:
    """Slots with a place for one more child, whatever its age."""
    return Q(places__gt=F("taken") + reserved(besides=seat, is_offered=is_offered))


@functools.cache
def fits(weight: Weight, seat: SeatKind | None = None, *, is_offered: bool = False) -> RawSQL:
    """Slots that take one more child: room, age limits, staff; the lowest wins.

    Who may use a reserve (`seat`) finds its places besides those that are free to all, and to whom
    the waiting list offers a place (`is_offered`) those held back for it. Compiled once: every look
    and every sale asks it.
    """
    query = Query(apps.get_model("booking", "Slot"))
    query.get_initial_alias()
    condition = query.build_where(_fits(weight, seat, is_offered=is_offered))
    sql, parameters = query.get_compiler(connection=connection).compile(condition)
    return RawSQL(sql, parameters, BooleanField())  # noqa: S611  our own columns


def _fits(weight: Weight, seat: SeatKind | None, *, is_offered: bool) -> Q:
    room = has_room(seat, is_offered=is_offered)
    age = (
        Q(under_two_limit__gt=F("under_twos"))
        if weight.is_under_two
        else Q(two_up_limit__gt=F("taken") - F("under_twos"))
    )
    if weight.is_under_one:
        age &= Q(infant_limit__gt=F("under_ones"))
    return room & age & Q(staff__gte=staff_needed_sql(adding=weight.group))
