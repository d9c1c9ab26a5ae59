"""What is offered to a family that waits: accepted, declined, lapsed, or asked of all at once."""

import datetime as dt

import pytest
from django.db import transaction

from booking.actions import approvals, closures, waitings
from booking.enums import BookingState, WaitingState
from booking.enums_closures import ClosureKind, ClosureReason
from booking.models import Booking, Fee, UseRule, Waiting
from booking.refusals import BookingRefused, OfferOver, Reason
from records.models import OutgoingMail, Registration
from tests.booking.waiting_families import (
    DAY,
    MINUTE,
    NOW,
    account,
    book,
    cancel,
    family,
    held_back,
    moment,
    one_place,
    states,
    sweep,
    taken,
    wait,
    work,
)

TEN_TO_ONE = {f"{hour}:{minute}": 1 for hour in (10, 11, 12) for minute in ("00", "30")}
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def place(database):
    return one_place()


@pytest.fixture
def sold(place):
    """The one place from ten to one is somebody's."""
    return book(family())


def refusal(act, *args, **kwargs):
    with pytest.raises(BookingRefused) as raised, transaction.atomic():
        act(*args, **kwargs)
    return raised.value.kind


# The answer


@pytest.fixture
def offered(sold):
    waiting = wait(family())
    wait(family(), at=NOW + MINUTE)
    cancel(sold)
    work()
    waiting.refresh_from_db()
    return waiting


def first_account(waiting):
    return waiting.household.parents.get().user


def test_accepting_makes_a_booking_with_fee_and_mail(offered):
    before = OutgoingMail.objects.count()

    (booking,) = waitings.accept(waiting=offered, by=first_account(offered), at=NOW + HOUR)

    assert booking.state == BookingState.CONFIRMED
    assert Fee.objects.get(booking=booking).booked_minutes == 180
    assert states() == [WaitingState.BOOKED, WaitingState.WAITING]
    assert OutgoingMail.objects.count() == before + 1


def test_where_the_facility_confirms_first_it_is_asked(place):
    UseRule.objects.update(approval="facility")
    sold = book(family())
    waiting = wait(family())
    approvals.withdraw(booking=sold, by=account(sold.child), at=NOW)
    work()
    waiting.refresh_from_db()

    (booking,) = waitings.accept(waiting=waiting, by=first_account(waiting), at=NOW)

    assert booking.state == BookingState.AWAITING
    assert NOW < booking.answer_until <= booking.starts_at
    assert taken() == list(TEN_TO_ONE)
    assert Fee.objects.get(booking=booking).booked_minutes == 180


def test_a_second_tap_finds_the_booking(offered):
    by = first_account(offered)
    first = waitings.accept(waiting=offered, by=by, at=NOW)

    assert waitings.accept(waiting=offered, by=by, at=NOW) == first
    assert Fee.objects.filter(booking__in=first).count() == 1


def test_the_rules_are_asked_again_when_it_is_accepted(offered):
    Registration.objects.filter(child__household=offered.household).update(state="suspended")

    found = refusal(waitings.accept, waiting=offered, by=first_account(offered), at=NOW)

    assert found == Reason.NOT_REGISTERED
    assert states()[0] == WaitingState.OFFERED


def test_it_may_be_accepted_after_bookings_have_closed(sold):
    waiting = wait(family())
    evening = moment(18) - dt.timedelta(days=1)
    cancel(sold, at=evening)
    work(at=evening)

    waiting.refresh_from_db()
    (booking,) = waitings.accept(waiting=waiting, by=first_account(waiting), at=evening + HOUR)

    assert booking.state == BookingState.CONFIRMED


def test_who_declines_makes_room_for_the_next(offered):
    waitings.withdraw(waiting=offered, by=first_account(offered), at=NOW)
    assert held_back() == TEN_TO_ONE
    work()

    assert states() == [WaitingState.WITHDRAWN, WaitingState.OFFERED]
    assert (held_back(), taken()) == ({}, list(TEN_TO_ONE))


def test_an_offer_without_answer_goes_on_at_its_time_and_not_before(offered):
    sweep(offered.offer_until - MINUTE)
    assert states() == [WaitingState.OFFERED, WaitingState.WAITING]

    sweep(offered.offer_until)
    assert states() == [WaitingState.LAPSED, WaitingState.OFFERED]
    assert (
        refusal(waitings.accept, waiting=offered, by=first_account(offered), at=offered.offer_until)
        == Reason.OFFER_OVER
    )


def test_when_nobody_is_left_the_place_is_everybodys(offered):
    sweep(NOW + 3 * HOUR)
    sweep(NOW + 6 * HOUR)

    assert states() == [WaitingState.LAPSED, WaitingState.LAPSED]
    assert (held_back(), taken()) == ({}, [])
    assert book(family(), at=NOW + 6 * HOUR).state == BookingState.CONFIRMED


def test_a_worker_that_was_interrupted_goes_on_where_it_was(sold):
    """The job is lost, as after a crash: what is held back says what is to be done."""
    wait(family())
    cancel(sold)

    sweep(NOW)

    assert states() == [WaitingState.OFFERED]


def test_who_leaves_the_line_is_not_asked(sold):
    waiting = wait(family())
    waitings.withdraw(waiting=waiting, by=first_account(waiting), at=NOW)

    cancel(sold)

    assert held_back() == {}
    assert states() == [WaitingState.WITHDRAWN]


def test_a_line_ends_when_the_use_begins(sold):
    wait(family())

    sweep(moment(10))

    assert states() == [WaitingState.ENDED]


# Shortly before the use


@pytest.fixture
def asked(sold):
    """Two families, asked at once an hour and a half before the use."""
    lines = [wait(family(), at=NOW + n * MINUTE) for n in range(2)]
    morning = moment(10) - 1.5 * HOUR
    cancel(sold, at=morning)
    work(at=morning)
    for line in lines:
        line.refresh_from_db()
    return lines


def test_all_are_asked_at_once_and_the_place_is_kept_for_them(asked):
    assert [(line.state, line.is_broadcast) for line in asked] == [("offered", True)] * 2
    assert [line.offer_until for line in asked] == [moment(10)] * 2
    assert held_back() == TEN_TO_ONE
    assert Booking.objects.filter(state=BookingState.OFFERED).count() == 0


def test_the_first_to_answer_has_it_and_the_others_wait_on(asked):
    first, second = asked
    at = moment(9)

    (booking,) = waitings.accept(waiting=second, by=first_account(second), at=at)
    lost = refusal(waitings.accept, waiting=first, by=first_account(first), at=at)
    work(at=at)

    assert booking.state == BookingState.CONFIRMED
    assert lost == Reason.TAKEN
    assert states() == [WaitingState.WAITING, WaitingState.BOOKED]
    assert (held_back(), taken()) == ({}, list(TEN_TO_ONE))


def test_nobody_answers_and_it_is_everybodys(asked):
    sweep(moment(10))

    assert states() == [WaitingState.LAPSED, WaitingState.LAPSED]
    assert held_back() == {}


def test_who_had_less_time_because_the_use_is_near_is_asked_with_all_others(sold):
    wait(family())
    wait(family(), at=NOW + MINUTE)
    early = moment(10) - 4 * HOUR
    cancel(sold, at=early)
    work(at=early)
    assert states() == [WaitingState.OFFERED, WaitingState.WAITING]

    sweep(moment(7))

    assert states() == [WaitingState.OFFERED, WaitingState.OFFERED]
    assert set(Waiting.objects.values_list("is_broadcast", flat=True)) == {True}


def test_an_offer_is_nothing_to_the_facility_once_it_came_to_nothing(offered):
    assert Booking.objects.asked_for().filter(state=BookingState.OFFERED).count() == 1
    sweep(NOW + 3 * HOUR)
    sweep(NOW + 6 * HOUR)

    assert list(Booking.objects.asked_for().filter(state=BookingState.WITHDRAWN)) == []
    assert offered.day == DAY
    with pytest.raises(OfferOver):
        waitings.accept(waiting=offered, by=account_of(offered), at=NOW)


def account_of(waiting):
    return account(waiting.children.get().child)


def test_who_was_offered_a_seat_of_a_day_that_closes_waits_on(offered, manager):
    (closure,) = closures.prepare(
        facilities=[offered.facility], day=DAY, kind=ClosureKind.CLOSED,
        reason=ClosureReason.WEATHER, announce_at=NOW, by=manager, at=NOW,
    )  # fmt: skip
    closures.confirm(closures=[closure], by=manager, at=NOW)
    assert states()[0] == WaitingState.OFFERED

    sweep(at=NOW + MINUTE)

    assert states() == [WaitingState.WAITING, WaitingState.WAITING]
    assert Waiting.objects.get(pk=offered.pk).request is None
    assert Booking.objects.get(request=offered.request_id).state != BookingState.OFFERED
