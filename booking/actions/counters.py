"""The one door to the counters of slots. Every writer locks the slots in id order, last."""

from collections.abc import Iterable

from django.db import OperationalError, connection
from django.db.models import F

from booking import capacity
from booking.enums import StaffingGroup
from booking.models import Slot
from booking.refusals import BookingRefused, Reason, SlotFull

LOCK_TIMEOUT = "3s"
# lock_not_available and deadlock_detected: others were quicker. All else is a fault.
BUSY = ("55P03", "40P01")


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


def _locked(slots: Iterable[int]) -> list[int]:
    numbers = sorted(slots)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
    try:
        return list(
            Slot.objects.filter(pk__in=numbers)
            .order_by("pk")
            .select_for_update()
            .values_list("pk", flat=True)
        )
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) not in BUSY:
            raise
        raise BookingRefused(Reason.BUSY) from error
