"""Who waits too long for the slots is told so; any other fault stays a fault."""

import psycopg
import pytest
from django.db import OperationalError

from booking.actions import counters
from booking.capacity import Weight
from booking.enums import StaffingGroup
from booking.models import Slot
from booking.refusals import BookingRefused, Reason

INFANT = Weight(StaffingGroup.INFANTS, 0)


def failing_with(cause):
    error = OperationalError(str(cause))
    error.__cause__ = cause

    class Rows:
        def __getattr__(self, name):
            return lambda *args, **kwargs: self

        def __iter__(self):
            raise error

    return Rows()


@pytest.mark.parametrize(
    "cause", [psycopg.errors.LockNotAvailable("waited"), psycopg.errors.DeadlockDetected("cycle")]
)
def test_slots_that_others_hold_are_busy(db, monkeypatch, cause):
    monkeypatch.setattr(Slot, "objects", failing_with(cause))

    with pytest.raises(BookingRefused) as refused:
        counters.take([1], INFANT)

    assert refused.value.kind == Reason.BUSY


@pytest.mark.parametrize(
    "cause", [psycopg.errors.DiskFull("full"), psycopg.errors.AdminShutdown("going down")]
)
def test_a_fault_of_the_database_is_not_called_busy(db, monkeypatch, cause):
    monkeypatch.setattr(Slot, "objects", failing_with(cause))

    with pytest.raises(OperationalError):
        counters.take([1], INFANT)
