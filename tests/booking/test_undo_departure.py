"""A departure tapped too early, taken back."""

import datetime as dt

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
