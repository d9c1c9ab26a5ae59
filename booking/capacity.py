"""The staffing formula, written once: as numbers for tables, as SQL for constraints and updates.

Source: 児童福祉法施行規則 第36条の35. Each age group is divided by its ratio and cut to one decimal
before adding, so everything counts in integer tenths; the sum is rounded, two is the least.
"""

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from booking.enums import Rounding, StaffingGroup

LEAST_STAFF = 2

# Counter of a slot: its ratio. One-to-one care takes a whole member of staff.
RATIOS = {
    StaffingGroup.INFANTS: "infant_ratio",
    StaffingGroup.ONES_TWOS: "ones_twos_ratio",
    StaffingGroup.THREES: "threes_ratio",
    StaffingGroup.FOURS_UP: "fours_up_ratio",
}


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


def fits(group: StaffingGroup) -> Q:
    """Slots that take one more child of a group: room, infant quota, staff; the lowest wins."""
    room = Q(places__gt=F("taken") + F("held_back"))
    enough_staff = Q(staff__gte=staff_needed_sql(adding=group))
    if group == StaffingGroup.INFANTS:
        return room & enough_staff & Q(infant_limit__gt=F("infants"))
    return room & enough_staff
