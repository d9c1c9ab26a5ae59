"""Seats held for some minutes: confirmed, extended once, let go, or ended by the worker."""

import datetime as dt
import uuid

import pytest
from django.db import connection

from booking.actions import cancellations, holds, requests
from booking.actions.bookings import Wish
from booking.enums import Accepts, BookingState
from booking.models import Booking, BookingRequest, BookingTransition, Fee, Slot
from booking.refusals import HoldOver, Reason
from booking.tasks import expire_holds
from history import clock
from history.walls import WORKER
from records.models import AccessLease, OutgoingMail
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import facility
from tests.people import child_of

DAY = coming_monday()
NOW = clock.at(DAY, dt.time(10)) - dt.timedelta(days=3)
TEN_MINUTES = dt.timedelta(minutes=10)


@pytest.fixture
def slots(database):
    return slots_of_day()


@pytest.fixture
def child(parent):
    return child_of(parent)


@pytest.fixture
def request_(parent, child, slots):
    """A hold from ten to one."""
    return hold(parent, child).request


def wish(child, hours=(10, 13)):
    first, last = (clock.at(DAY, dt.time(hour)) for hour in hours)
    return Wish(child, facility("hikarigaoka"), first, last)


def hold(parent, child, hours=(10, 13), at=NOW, key=None, accepts=Accepts.ALL):
    return holds.hold(
        wishes=[wish(child, hours)], accepts=accepts, by=parent, at=at, key=key or uuid.uuid4()
    )


def taken():
    slots = Slot.objects.filter(taken__gt=0).order_by("starts_at")
    return [f"{clock.local(slot.starts_at):%H:%M}" for slot in slots]


def steps(booking):
    return list(booking.transitions.values_list("from_state", "to_state", "by"))


def test_a_hold_takes_the_seat_and_promises_nothing_yet(parent, child, request_):
    booking = request_.bookings.get()

    assert (booking.state, booking.held_until) == (BookingState.HELD, NOW + TEN_MINUTES)
    assert taken() == ["10:00", "10:30", "11:00", "11:30", "12:00", "12:30"]
    left = (Fee, OutgoingMail, AccessLease)
    assert [model.objects.count() for model in left] == [0, 0, 0]


def test_confirming_makes_a_booking_with_fee_lease_and_mail(parent, request_):
    (booking,) = holds.confirm(request=request_, by=parent, at=NOW + dt.timedelta(minutes=3))

    assert steps(booking) == [
        ("", BookingState.HELD, parent.pk), (BookingState.HELD, BookingState.CONFIRMED, parent.pk),
    ]  # fmt: skip
    assert (booking.fee.amount, len(taken())) == (1500, 6)
    assert AccessLease.objects.get().cause == booking.pk
    assert OutgoingMail.objects.count() == 1


def test_a_second_tap_finds_it_confirmed(parent, request_):
    first = holds.confirm(request=request_, by=parent, at=NOW)

    assert holds.confirm(request=request_, by=parent, at=NOW) == first
    assert OutgoingMail.objects.count() == 1


def test_the_same_form_holds_once(parent, child, slots):
    key = uuid.uuid4()
    first = hold(parent, child, key=key)

    assert hold(parent, child, key=key).request == first.request
    assert Booking.objects.count() == 1


def test_a_hold_is_extended_once(parent, request_):
    until = holds.extend(request=request_, by=parent, at=NOW + dt.timedelta(minutes=9))
    again = holds.extend(request=request_, by=parent, at=NOW + dt.timedelta(minutes=19))

    assert until == again == NOW + 2 * TEN_MINUTES
    assert request_.bookings.get().held_until == until


def test_letting_go_gives_the_seat_back(parent, request_):
    holds.let_go(request=request_, by=parent, at=NOW)
    holds.let_go(request=request_, by=parent, at=NOW)

    booking = request_.bookings.get()
    assert steps(booking)[1:] == [(BookingState.HELD, BookingState.WITHDRAWN, parent.pk)]
    assert taken() == []


def test_what_was_let_go_is_neither_confirmed_nor_extended(parent, request_):
    holds.let_go(request=request_, by=parent, at=NOW)

    for act in (holds.confirm, holds.extend):
        with pytest.raises(HoldOver):
            act(request=request_, by=parent, at=NOW)


def test_a_hold_does_not_let_go_what_is_confirmed(parent, request_):
    holds.confirm(request=request_, by=parent, at=NOW)

    holds.let_go(request=request_, by=parent, at=NOW)

    assert request_.bookings.get().state == BookingState.CONFIRMED


def test_a_hold_ends_at_its_time_and_not_before(request_):
    end = NOW + TEN_MINUTES

    assert holds.expire(at=end - dt.timedelta(seconds=1)) == 0
    assert holds.expire(at=end) == 1
    assert holds.expire(at=end) == 0
    booking = request_.bookings.get()
    assert steps(booking)[1:] == [(BookingState.HELD, BookingState.WITHDRAWN, None)]
    assert taken() == []


def test_the_worker_ends_holds_within_its_walls(parent, other_parent, slots):
    ended = hold(parent, child_of(parent), at=clock.now() - dt.timedelta(hours=1)).request
    kept = hold(other_parent, child_of(other_parent), at=clock.now()).request

    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {WORKER}")
        expire_holds()
        cursor.execute("RESET ROLE")

    assert ended.bookings.get().state == BookingState.WITHDRAWN
    assert kept.bookings.get().state == BookingState.HELD
    assert len(taken()) == 6


def test_who_fills_in_the_form_anew_holds_the_new_seats_only(parent, child, request_):
    """Also where the new ones overlap the old, and where the old was the last place."""
    Slot.objects.filter(taken=1).update(places=1)

    answer = hold(parent, child, hours=(12, 14), at=NOW + dt.timedelta(minutes=1))

    assert [each.kind for each in refusals_of(answer)] == []
    assert taken() == ["12:00", "12:30", "13:00", "13:30"]
    assert request_.bookings.get().state == BookingState.WITHDRAWN


def test_two_holds_of_one_child_at_once_are_refused_across_accounts(
    parent, child, request_, carer_elsewhere
):
    answer = requests.submit(
        wishes=[wish(child)], by=carer_elsewhere, at=NOW, key=uuid.uuid4(), is_held=True
    )

    assert refusals_of(answer)[0].kind == Reason.ALREADY_BOOKED


def test_a_held_seat_is_nobody_elses(parent, other_parent, request_):
    Slot.objects.filter(taken=1).update(places=1)

    answer = hold(other_parent, child_of(other_parent))

    assert refusals_of(answer)[0].kind == Reason.FULL


def test_what_is_only_held_is_no_booking_for_the_facility(parent, request_):
    assert list(Booking.objects.asked_for()) == []
    (booking,) = holds.confirm(request=request_, by=parent, at=NOW)
    assert list(Booking.objects.asked_for()) == [booking]


def test_a_confirmed_hold_is_cancelled_like_any_booking(parent, request_):
    (booking,) = holds.confirm(request=request_, by=parent, at=NOW)

    cancellations.cancel(booking=booking, by=parent, at=NOW)

    assert taken() == []
    assert BookingTransition.objects.filter(booking=booking).count() == 3
    assert BookingRequest.objects.count() == 1


def refusals_of(answer):
    return [refusal.error for refusal in answer.refusals]
