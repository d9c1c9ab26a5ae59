"""Who waits too long for the slots is told so; any other fault stays a fault."""

import psycopg
import pytest
from django.db import OperationalError, connection

from booking.actions import counters
from booking.capacity import Weight
from booking.enums import StaffingGroup
from booking.refusals import BookingRefused, Reason

INFANT = Weight(StaffingGroup.INFANTS, 0)


def failing_with(cause):
    """Inside, the database answers so when it is asked for the slots."""
    error = OperationalError(str(cause))
    error.__cause__ = cause

    def answer(execute, sql, parameters, many, context):
        if "FOR UPDATE" in sql:
            raise error
        return execute(sql, parameters, many, context)

    return connection.execute_wrapper(answer)


@pytest.mark.parametrize(
    "cause", [psycopg.errors.LockNotAvailable("waited"), psycopg.errors.DeadlockDetected("cycle")]
)
def test_slots_that_others_hold_are_busy(db, cause):
    with failing_with(cause), pytest.raises(BookingRefused) as refused:
        counters.take([1], INFANT)

    assert refused.value.kind == Reason.BUSY


@pytest.mark.parametrize(
    "cause", [psycopg.errors.DiskFull("full"), psycopg.errors.AdminShutdown("going down")]
)
def test_a_fault_of_the_database_is_not_called_busy(db, cause):
    with failing_with(cause), pytest.raises(OperationalError):
        counters.take([1], INFANT)
