"""Money: what is due, what was paid, and receipt numbers without gaps or doubles."""

import datetime as dt

import pytest

from booking.actions import attendances, cancellations, payments
from booking.enums import BookingState, FeeState
from booking.models import Booking, Fee, Payment
from booking.refusals import BookingRefused, Reason, WrongState
from history import clock
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.records import ChildFactory, facility

AT = clock.at(coming_monday(), dt.time(13))


def fetched(booking, by):
    """The fee of a booking whose child has been and gone in time."""
    attendances.arrive(booking=booking, by=by, at=booking.starts_at)
    attendances.leave(booking=booking, by=by, at=booking.ends_at)
    return Fee.objects.get(booking=booking)


@pytest.fixture
def fee(database, carer_elsewhere):
    return fetched(BookingFactory.create(), carer_elsewhere)


def take(fee, by, amount, at=AT):
    return payments.take(fee=fee, amount=amount, by=by, at=at)


def test_a_payment_in_parts(fee, carer_elsewhere):
    assert fee.state == FeeState.UNPAID

    take(fee, carer_elsewhere, 1000)
    partly = Fee.objects.get(pk=fee.pk)
    assert (partly.state, partly.due) == (FeeState.PARTLY_PAID, 500)

    take(fee, carer_elsewhere, 500)
    assert Fee.objects.get(pk=fee.pk).state == FeeState.PAID


@pytest.mark.parametrize("amount", [1501, 0, -1])
def test_no_more_than_is_due_is_taken(fee, carer_elsewhere, amount):
    with pytest.raises(BookingRefused) as refused:
        take(fee, carer_elsewhere, amount)

    assert refused.value.kind == Reason.TOO_MUCH
    assert not Payment.objects.exists()


def test_a_second_tap_finds_the_payment_of_the_first(fee, carer_elsewhere):
    take(fee, carer_elsewhere, 1000)
    first = take(fee, carer_elsewhere, 500)

    second = take(fee, carer_elsewhere, 500, AT + dt.timedelta(seconds=1))

    assert second == first
    assert Payment.objects.count() == 2


@pytest.mark.parametrize("amount", [1500, 500], ids=["the whole", "a part before the last"])
def test_what_is_paid_is_not_paid_again(fee, carer_elsewhere, amount):
    take(fee, carer_elsewhere, 500)
    take(fee, carer_elsewhere, 1000)

    with pytest.raises(BookingRefused):
        take(fee, carer_elsewhere, amount)


def test_nothing_is_taken_before_the_child_was_fetched(database, carer_elsewhere):
    booking = BookingFactory.create()
    with pytest.raises(WrongState):
        take(booking.fee, carer_elsewhere, 1500)

    attendances.arrive(booking=booking, by=carer_elsewhere, at=booking.starts_at)
    with pytest.raises(WrongState):
        take(booking.fee, carer_elsewhere, 1500)

    assert not Payment.objects.exists()


def test_a_cancellation_fee_is_taken_without_any_use(database, carer_elsewhere):
    booking = BookingFactory.create()
    at = booking.starts_at - dt.timedelta(hours=1)
    cancellations.cancel(booking=booking, by=carer_elsewhere, at=at)

    take(booking.fee, carer_elsewhere, 1500, at)

    assert Fee.objects.get(booking=booking).state == FeeState.PAID
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED_CHARGED


def test_the_last_yen_settles_a_booking_whose_child_was_fetched(fee, carer_elsewhere):
    booking = fee.booking

    take(fee, carer_elsewhere, 1000)
    assert Booking.objects.get(pk=booking.pk).state == BookingState.FETCHED
    take(fee, carer_elsewhere, 500)

    assert Booking.objects.get(pk=booking.pk).state == BookingState.SETTLED


def test_receipt_numbers_follow_each_other_per_facility_and_fiscal_year(database, carer_elsewhere):
    booked = [BookingFactory.create(child=ChildFactory.create(registered=True)) for _ in range(2)]
    booked.append(BookingFactory.create(facility=facility("nerima")))
    first, second, there = (fetched(booking, carer_elsewhere) for booking in booked)
    march = clock.at(dt.date(2027, 3, 31), dt.time(23, 59))
    april = clock.at(dt.date(2027, 4, 1), dt.time(0))

    labels = [
        take(fee, carer_elsewhere, 100, at).receipt_label
        for fee, at in (
            (first, march), (second, march), (there, march), (first, april), (second, march),
        )
    ]  # fmt: skip

    assert labels == ["R8-00001", "R8-00002", "R8-00001", "R9-00001", "R8-00003"]


def test_a_cancelled_booking_owes_nothing_or_the_cancellation(fee):
    fee.care_amount, fee.cancellation_amount = 0, 0
    fee.save()

    assert Fee.objects.get(pk=fee.pk).state == FeeState.NOTHING_DUE
