"""The one door to the counters of slots. Every writer locks the slots in id order, last."""

import dataclasses
from collections.abc import Iterable

from django.db import OperationalError, connection
from django.db.models import F, Value
from django.db.models.functions import Greatest

from booking import capacity
from booking.enums import SEAT_STATES, Misfit, StaffingGroup
from booking.models import Slot
from booking.refusals import BookingRefused, Reason, SlotFull

LOCK_TIMEOUT = "3s"
# lock_not_available and deadlock_detected: others were quicker. All else is a fault.
BUSY = ("55P03", "40P01")

_SUMS = ", ".join(
    f"count(b.id) FILTER (WHERE b.staffing_group = '{group.value}')" for group in StaffingGroup
)
_COUNTERS = ", ".join(f"s.{group.value}" for group in StaffingGroup)
# Counts in one pass over slots and bookings; SQL, because no queryset joins by a period.
RECOUNT = f"""
SELECT s.id, s.taken, ARRAY[{_COUNTERS}]::bigint[], count(b.id), ARRAY[{_SUMS}]
FROM booking_slot s
LEFT JOIN booking_booking b
    ON b.facility_id = s.facility_id AND b.state = ANY (%s)
    AND b.starts_at <= s.starts_at AND s.starts_at < b.ends_at
GROUP BY s.id
HAVING s.taken <> count(b.id) OR ARRAY[{_COUNTERS}]::bigint[] <> ARRAY[{_SUMS}]
ORDER BY s.id
"""


def take(slots: Iterable[int], group: StaffingGroup) -> None:
    """Take one place of a group in each slot, or none. Call it last in the transaction.

    Raises SlotFull when a slot has no place any more, BookingRefused (BUSY) when the slots stay
    locked for longer than three seconds; the caller's transaction rolls back.
    """
    numbers = _locked(slots)
    updated = Slot.objects.filter(capacity.fits(group), pk__in=numbers).update(
        taken=F("taken") + 1, **{group.value: F(group.value) + 1}
    )
    if updated < len(numbers):
        raise SlotFull


def give_back(slots: Iterable[int], group: StaffingGroup) -> None:
    """Give back one place of a group in each slot. Call it last in the transaction."""
    Slot.objects.filter(pk__in=_locked(slots)).update(
        taken=F("taken") - 1, **{group.value: F(group.value) - 1}
    )


@dataclasses.dataclass(frozen=True)
class Change:
    """A child that counts in another group than before, in some slots."""

    slots: list[int]
    before: StaffingGroup
    after: StaffingGroup


def reweigh(changes: Iterable[Change]) -> list[Misfit | None]:
    """Count each child in its new group, beyond a ceiling too; which one each change breaks.

    What lies beyond is written down beside the ceiling, which itself stays, so that nothing more is
    sold there. Call it last in the transaction. Raises BookingRefused (BUSY) as `take` does.
    """
    changes = list(changes)
    # All of them at once: one after the other would lock out of order.
    _locked({number for change in changes for number in change.slots})
    return [_reweighed(change) for change in changes]


def _reweighed(change: Change) -> Misfit | None:
    slots = Slot.objects.filter(pk__in=change.slots)
    if change.before != change.after:
        needed = capacity.staff_needed_sql(adding=change.after, removing=change.before)
        infants = F("infants") + Value(
            (change.after == StaffingGroup.INFANTS) - (change.before == StaffingGroup.INFANTS)
        )
        slots.update(
            **{
                change.before.value: F(change.before.value) - 1,
                change.after.value: F(change.after.value) + 1,
            },
            infants_over=Greatest(Value(0), infants - F("infant_limit")),
            staff_short=Greatest(Value(0), needed - F("staff")),
        )
    if change.after == StaffingGroup.INFANTS and slots.filter(infants_over__gt=0).exists():
        return Misfit.INFANTS
    return Misfit.STAFFING if slots.filter(staff_short__gt=0).exists() else None


def mismatches() -> list[tuple[object, ...]]:
    """The slots whose counters differ from the bookings that hold a seat, summed anew.

    Each with its number, what it says (taken, then by group), and what it should be.
    """
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, [[state.value for state in SEAT_STATES]])
        return cursor.fetchall()


def limit_waiting() -> None:
    """From here on nothing in the transaction waits for a lock for longer than three seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])


def is_busy(error: OperationalError) -> bool:
    """Whether others held what was asked for; all else is a fault."""
    return getattr(error.__cause__, "sqlstate", None) in BUSY


def _locked(slots: Iterable[int]) -> list[int]:
    numbers = sorted(slots)
    limit_waiting()
    try:
        return list(
            Slot.objects.filter(pk__in=numbers)
            .order_by("pk")
            .select_for_update()
            .values_list("pk", flat=True)
        )
    except OperationalError as error:
        if not is_busy(error):
            raise
        raise BookingRefused(Reason.BUSY) from error
