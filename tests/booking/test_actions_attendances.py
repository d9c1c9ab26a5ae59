"""Arrival, departure and the overrun; the steps a booking may take."""

import datetime as dt

import pytest
import time_machine

from booking.actions import attendances, payments, transitions
from booking.enums import FOLLOWING, BookingState
from booking.models import Attendance, Fee
from booking.refusals import WrongState
from history import clock
from records.models import AccessLease
from tests.factories.booking import BookingFactory


@pytest.fixture
def booking(database):
    return BookingFactory.create()


def arrive(booking, by, minutes=2):
    return attendances.arrive(
        booking=booking, by=by, at=booking.starts_at + dt.timedelta(minutes=minutes)
    )


def leave(booking, by, late=0):
    return attendances.leave(
        booking=booking, by=by, at=booking.ends_at + dt.timedelta(minutes=late)
    )


def test_arrival_is_recorded_once(booking, carer_elsewhere):
    first = arrive(booking, carer_elsewhere)

    second = arrive(booking, carer_elsewhere, minutes=5)

    assert second == first
    assert booking.transitions.count() == 2
    booking.refresh_from_db()
    assert booking.state == BookingState.PRESENT


def test_while_the_child_is_present_the_lease_does_not_end(booking, carer_elsewhere):
    arrive(booking, carer_elsewhere)
    present = AccessLease.objects.get(cause=booking.pk).ends_at

    leave(booking, carer_elsewhere)

    after = AccessLease.objects.get(cause=booking.pk).ends_at
    assert present.year == 2999
    assert after < booking.ends_at + dt.timedelta(days=30)


@pytest.mark.parametrize(
    ("late", "minutes", "yen"),
    [(-20, 0, 0), (0, 0, 0), (10, 0, 0), (11, 11, 250), (31, 31, 500)],
    ids=["early", "in time", "within the grace", "beyond it", "a second unit"],
)
def test_departure_charges_the_overrun(booking, carer_elsewhere, late, minutes, yen):
    arrive(booking, carer_elsewhere)

    leave(booking, carer_elsewhere, late)

    fee = Fee.objects.get(booking=booking)
    assert (fee.overrun_minutes, fee.overrun_amount, fee.amount) == (minutes, yen, 1500 + yen)


def test_departure_is_recorded_once(booking, carer_elsewhere):
    arrive(booking, carer_elsewhere)
    first = leave(booking, carer_elsewhere)

    second = leave(booking, carer_elsewhere, late=60)

    assert second.left_at == first.left_at
    assert Fee.objects.get(booking=booking).overrun_amount == 0


def test_nobody_leaves_who_has_not_come(booking, carer_elsewhere):
    with pytest.raises(WrongState):
        leave(booking, carer_elsewhere)


@pytest.mark.parametrize("hours", [-24, -11], ids=["the same hour", "late in the evening"])
def test_nobody_comes_on_a_day_before(booking, carer_elsewhere, hours):
    with pytest.raises(WrongState):
        arrive(booking, carer_elsewhere, minutes=hours * 60)

    assert not Attendance.objects.exists()


def test_who_comes_early_on_the_day_has_come(booking, carer_elsewhere):
    midnight = clock.at(booking.day, dt.time.min)

    attendances.arrive(booking=booking, by=carer_elsewhere, at=midnight)

    assert Attendance.objects.get().arrived_at == midnight


def test_nobody_leaves_on_a_day_before(booking, carer_elsewhere):
    arrive(booking, carer_elsewhere)

    with pytest.raises(WrongState, match="利用日になってから"):
        leave(booking, carer_elsewhere, late=-24 * 60)

    assert Attendance.objects.get().left_at is None


def test_an_arrival_by_mistake_can_be_taken_back(booking, carer_elsewhere):
    arrive(booking, carer_elsewhere)

    attendances.undo_arrival(booking=booking, by=carer_elsewhere, at=booking.starts_at)

    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert not Attendance.objects.exists()
    assert [row.history_type for row in Attendance.history.order_by("history_id")] == ["+", "-"]


def test_an_arrival_cannot_be_taken_back_after_departure(booking, carer_elsewhere):
    arrive(booking, carer_elsewhere)
    leave(booking, carer_elsewhere)

    with pytest.raises(WrongState):
        attendances.undo_arrival(booking=booking, by=carer_elsewhere, at=booking.ends_at)


@pytest.mark.parametrize("before", BookingState)
def test_only_what_may_follow_follows(booking, carer_elsewhere, before):
    refused = set(BookingState) - set(FOLLOWING.get(before, ()))
    booking.state = before

    for to in refused:
        with pytest.raises(WrongState):
            transitions.move(booking, to, by=carer_elsewhere, at=booking.starts_at)

    assert booking.transitions.count() == 1


def test_the_way_of_a_booking_is_written_down(booking, carer_elsewhere):
    with time_machine.travel(booking.ends_at):
        arrive(booking, carer_elsewhere)
        leave(booking, carer_elsewhere)
        payments.take(fee=booking.fee, amount=1500, by=carer_elsewhere, at=booking.ends_at)

    steps = list(booking.transitions.values_list("from_state", "to_state"))
    assert sorted(steps) == sorted(
        [
            ("", "confirmed"), ("confirmed", "present"), ("present", "fetched"),
            ("fetched", "settled"),
        ]
    )  # fmt: skip
