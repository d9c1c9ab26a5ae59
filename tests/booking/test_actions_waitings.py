"""キャンセル待ち: who may join, the order, and what becomes of a place that comes free."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from booking.actions import counters, waitings
from booking.enums import BookingState, Precedence, WaitingState
from booking.models import Booking, Call, Slot, UseRule, Waiting
from booking.refusals import BookingRefused, Reason
from records.models import AccessLease, Registration
from tests.booking.waiting_families import (
    MINUTE,
    NOW,
    book,
    cancel,
    family,
    held_back,
    moment,
    one_place,
    place_of,
    states,
    sweep,
    taken,
    wait,
    work,
)
from tests.factories.booking import BookingFactory, UseHoldFactory
from tests.factories.records import ChildFactory

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


# Joining


def test_a_family_waits_where_the_time_is_full(sold):
    child = family()

    waiting = wait(child)

    assert waiting.state == WaitingState.WAITING
    assert [each.child_name for each in waiting.children.all()] == [child.full_name]
    assert place_of(waiting) == (1, 0)


def test_a_second_tap_finds_the_first(sold):
    child = family()

    assert wait(child) == wait(child)
    assert Waiting.objects.count() == 1


def test_other_children_at_the_same_time_are_another_wish(sold):
    child = family()
    sibling = ChildFactory.create(registered=True, household=child.household)
    wait(child)

    assert refusal(wait, child, sibling) == Reason.ALREADY_WAITING


def test_where_there_is_a_place_nobody_waits(sold):
    assert refusal(wait, family(), hours=(13, 15)) == Reason.NOT_FULL


def test_two_children_wait_where_only_one_fits(place):
    child = family()
    sibling = ChildFactory.create(
        registered=True, household=child.household, date_of_birth=child.date_of_birth
    )

    waiting = wait(child, sibling)

    assert waiting.children.count() == 2
    assert taken() == []


def test_who_may_not_book_may_not_wait(sold):
    child = family()
    Registration.objects.filter(child=child).update(state="suspended")
    child.registration.refresh_from_db()

    assert refusal(wait, child) == Reason.NOT_REGISTERED


def test_whose_bookings_are_stopped_may_not_wait(sold):
    """Who waits already keeps the place in the line."""
    child = family()
    early = wait(child)
    old = BookingFactory.create(child=child, starts_at=moment(14))
    UseHoldFactory.create(booking=old)

    assert refusal(wait, child, hours=(11, 13)) == Reason.ON_HOLD
    assert list(Waiting.objects.filter(household=child.household)) == [early]
    assert wait(family(), hours=(11, 13)).state == "waiting"


def test_it_can_be_joined_until_bookings_close(sold):
    late = moment(10) - dt.timedelta(hours=12)

    assert refusal(wait, family(), at=late) == Reason.TOO_LATE


def test_nobody_waits_for_everything(sold, monkeypatch):
    monkeypatch.setattr(waitings, "MOST", 1)
    child = family()
    wait(child)

    assert refusal(wait, child, hours=(11, 13)) == Reason.TOO_MANY_WAITING


# Order


@pytest.mark.parametrize(
    ("moved", "order"),
    [
        ({}, "abc"),
        ({"c": Precedence.FIRST}, "cab"),
        ({"a": Precedence.LAST}, "bca"),
        ({"b": Precedence.FIRST, "c": Precedence.FIRST}, "bca"),
        ({"a": Precedence.LAST, "c": Precedence.FIRST}, "cba"),
    ],
)
def test_places_are_offered_in_the_order_that_families_read(sold, manager, moved, order):
    lines = {name: wait(family(), at=NOW + n * MINUTE) for n, name in enumerate("abc")}
    for name, priority in moved.items():
        waitings.move(
            waiting=lines[name],
            priority=priority,
            reason="きょうだいの入院のため",
            by=manager,
            at=NOW,
        )

    told = {place_of(line)[0]: name for name, line in lines.items()}

    assert "".join(told[number] for number in (1, 2, 3)) == order
    assert [lines[name] for name in order] == list(Waiting.objects.in_order())


def test_who_was_overtaken_reads_that_it_was_for_a_reason(sold, manager):
    first, second = wait(family()), wait(family(), at=NOW + MINUTE)

    waitings.move(
        waiting=second, priority=Precedence.FIRST, reason="入院のため", by=manager, at=NOW
    )

    assert place_of(first) == (2, 1)
    assert place_of(second) == (1, 0)


def test_nobody_is_moved_without_a_reason(sold):
    waiting = wait(family())

    with pytest.raises(IntegrityError), transaction.atomic():
        Waiting.objects.filter(pk=waiting.pk).update(priority=Precedence.FIRST)


def test_only_lines_that_touch_the_same_time_count(sold):
    book(family(), hours=(14, 16))
    wait(family(), hours=(14, 16))
    late = wait(family(), at=NOW + MINUTE)

    assert place_of(late) == (1, 0)


def test_a_place_is_told_to_the_own_family_alone(sold):
    other, waiting = wait(family()), wait(family(), at=NOW + MINUTE)

    # The line is there, and yet nobody else is told of it.
    assert place_of(waiting) == (2, 0)
    assert place_of(waiting, household=other.household_id) is None


# A place comes free


def test_a_cancelled_place_is_held_back_and_offered_to_the_first(sold):
    first, second = wait(family()), wait(family(), at=NOW + MINUTE)

    cancel(sold)
    assert (held_back(), taken()) == (TEN_TO_ONE, [])
    work()

    assert states() == [WaitingState.OFFERED, WaitingState.WAITING]
    assert (held_back(), taken()) == ({}, list(TEN_TO_ONE))
    offered = Booking.objects.get(state=BookingState.OFFERED)
    first.refresh_from_db()
    assert offered.request == first.request
    assert first.offer_until == NOW + 2 * HOUR
    assert (place_of(first), place_of(second)) == ((1, 0), (2, 0))


def test_the_facility_keeps_what_it_needs_of_an_offered_booking(sold):
    child = family()
    wait(child)
    cancel(sold)
    work()

    booking = Booking.objects.get(state=BookingState.OFFERED)
    payer = child.household.parents.get()
    assert (booking.child_name, booking.child_code) == (child.full_name, child.code)
    assert (booking.payer_name, booking.payer_phone) == (payer.full_name, payer.best_phone)
    assert AccessLease.objects.filter(cause=booking.pk).exists()
    assert [(s.from_state, s.to_state, s.by) for s in booking.transitions.all()] == [
        ("", "offered", None)
    ]


def test_where_nobody_waits_it_is_everybodys_at_once(sold):
    cancel(sold)

    assert (held_back(), taken()) == ({}, [])


def test_nobody_else_takes_the_place_meanwhile(sold):
    wait(family())

    cancel(sold)

    assert refusal(book, family()) == Reason.FULL


def test_without_holding_back_somebody_else_would(sold, monkeypatch):
    """The control."""
    wait(family())
    monkeypatch.setattr(counters, "_waited_for", lambda slots: set())
    cancel(sold)

    assert book(family()).state == BookingState.CONFIRMED


def test_only_the_half_hours_that_are_waited_for_are_held_back(place):
    sold = book(family(), hours=(9, 12))
    wait(family(), hours=(11, 12))

    cancel(sold)

    assert held_back() == {"11:00": 1, "11:30": 1}


def test_who_does_not_fit_wholly_is_passed_over(place):
    sold, _other = book(family()), book(family(), hours=(13, 15))
    wait(family(), hours=(10, 15))
    wait(family(), hours=(10, 12), at=NOW + MINUTE)

    cancel(sold)
    work()

    assert states() == [WaitingState.WAITING, WaitingState.OFFERED]
    assert taken()[:4] == ["10:00", "10:30", "11:00", "11:30"]
    # What nobody could be offered is everybody's.
    assert held_back() == {}


def test_a_family_with_two_children_gets_both_or_none(place):
    sold = book(family())
    child = family()
    sibling = ChildFactory.create(
        registered=True, household=child.household, date_of_birth=child.date_of_birth
    )
    wait(child, sibling)

    cancel(sold)
    work()
    assert (states(), held_back(), taken()) == ([WaitingState.WAITING], {}, [])

    Slot.objects.update(places=2, two_up_limit=2)
    work()
    assert states() == [WaitingState.OFFERED]
    assert Booking.objects.filter(state=BookingState.OFFERED).count() == 2


def test_who_may_no_longer_be_booked_is_passed_over(sold):
    child = family()
    wait(child)
    wait(family(), at=NOW + MINUTE)
    Registration.objects.filter(child=child).update(state="suspended")

    cancel(sold)
    work()

    assert states() == [WaitingState.WAITING, WaitingState.OFFERED]


def test_who_has_another_booking_by_now_is_passed_over(sold):
    child = family()
    wait(child)
    Slot.objects.update(places=2, two_up_limit=2)
    own = book(child, hours=(12, 14))

    cancel(sold)
    work()

    assert states() == [WaitingState.WAITING]
    assert own.state == BookingState.CONFIRMED
    assert held_back() == {}


def test_a_limit_counts_for_an_offer(place):
    UseRule.objects.get().limit_rows.create(span="week", most=1, measure="uses")
    sold, child = book(family()), family()
    wait(child)
    book(child, hours=(14, 16))

    cancel(sold)
    work()

    assert states() == [WaitingState.WAITING]


def test_where_no_mail_goes_the_facility_telephones_until_the_deadline(place):
    sold = book(family())
    waiting = wait(family(email=""))

    cancel(sold)
    work()

    call = Call.objects.get()
    waiting.refresh_from_db()
    assert (call.kind, call.facility, call.household) == ("offer", place, waiting.household)
    assert call.due_at == waiting.offer_until
    assert call.booking.state == BookingState.OFFERED

    waitings.withdraw(waiting=waiting, by=first_account(waiting), at=NOW)
    sweep(NOW)
    assert [call.is_open for call in Call.objects.all()] == [False]


def first_account(waiting):
    return waiting.household.parents.get().user
