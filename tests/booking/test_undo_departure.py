"""A departure tapped too early, taken back."""

import datetime as dt
from contextlib import nullcontext

import pytest

from booking.actions import attendances, payments
from booking.enums import BookingState
from booking.refusals import WrongState
from tests.factories.booking import BookingFactory

LATE = dt.timedelta(minutes=25)


@pytest.fixture
def fetched(db, carer_elsewhere):
    booking = BookingFactory.create()
    attendances.arrive(booking=booking, by=carer_elsewhere, at=booking.starts_at)
    attendances.leave(booking=booking, by=carer_elsewhere, at=booking.ends_at + LATE)
    booking.refresh_from_db()
    return booking


def test_the_child_is_present_again_and_nothing_is_charged(fetched, carer_elsewhere):
    assert fetched.fee.overrun_amount == 250

    attendances.undo_departure(booking=fetched, by=carer_elsewhere, at=fetched.ends_at + LATE)

    fetched.refresh_from_db()
    fetched.fee.refresh_from_db()
    fetched.attendance.refresh_from_db()
    assert fetched.state == BookingState.PRESENT
    assert fetched.attendance.left_at is None
    assert fetched.fee.overrun_amount == 0


def test_after_the_payment_it_stands(fetched, carer_elsewhere):
    fee = type(fetched.fee).objects.get(pk=fetched.fee.pk)
    at = fetched.ends_at + LATE
    payments.take(fee=fee, amount=fee.amount, by=carer_elsewhere, at=at)

    with pytest.raises(WrongState):
        attendances.undo_departure(booking=fetched, by=carer_elsewhere, at=at)


MINUTES = dt.timedelta(minutes=10)


@pytest.mark.parametrize(
    ("later", "reason", "is_undone"),
    [
        (MINUTES, "", True),
        (MINUTES + dt.timedelta(seconds=1), "", False),
        (MINUTES + dt.timedelta(seconds=1), "別の児童でした", True),
    ],
)
def test_after_ten_minutes_it_takes_a_reason(fetched, carer_elsewhere, later, reason, is_undone):
    """From when it was entered, not from when it was."""
    noted = fetched.ends_at + 2 * LATE
    fetched.attendance.noted_at = noted
    fetched.attendance.save()

    refused = pytest.raises(WrongState, match="10分を過ぎた取り消しには、理由を入力")
    with nullcontext() if is_undone else refused:
        attendances.undo_departure(
            booking=fetched, by=carer_elsewhere, at=noted + later, reason=reason
        )

    fetched.refresh_from_db()
    assert (fetched.state == BookingState.PRESENT) is is_undone
    steps = list(fetched.transitions.values_list("reason", flat=True))
    assert (reason in steps) is bool(reason)
