"""Each guard taken away: the race it stands against must appear, in every run.

The last place and its guard are in `test_last_place`, a household's limits in `test_limits`, what
meets two at a time in `test_pair_controls`.
"""

import uuid

import pytest
from django.db import connection

from booking.actions import bookings, cancellations, counters, promises, requests, transitions
from booking.actions.bookings import Wish
from booking.enums import BookingState
from booking.models import Booking, Slot
from tests.booking.recount import differences
from tests.concurrency.entries import as_parent
from tests.concurrency.every_time import every_time
from tests.concurrency.meeting import Meeting
from tests.concurrency.one_database import clear, real_database, without_constraint
from tests.concurrency.parents import AT, ENDS_AT, STARTS_AT, book, families, together
from tests.factories.booking import slots_of_day
from tests.factories.records import ChildFactory, facility

__all__ = ["real_database"]

DEADLOCK = "40P01"
STAY = ENDS_AT - STARTS_AT


def meet_after_the_look(monkeypatch, parties=2):
    monkeypatch.setattr(bookings, "look", Meeting(parties, patience=20).after(bookings.look))


def deadlocks(found):
    """Those who met one, whatever it was called afterwards."""
    return [each for each in found if DEADLOCK in _states(each)]


def _states(error):
    while isinstance(error, BaseException):
        yield getattr(error, "sqlstate", "")
        error = error.__cause__


# One child in two places


@pytest.fixture(autouse=True)
def _an_empty_house(real_database):
    clear()


@pytest.fixture
def two_places(real_database):
    """One child, and two houses with free places."""
    for code in ("hikarigaoka", "nerima"):
        slots_of_day(code)
    return families(1)[0]


def book_in_both(child, monkeypatch):
    places = iter([facility("hikarigaoka"), facility("nerima")])
    meet_after_the_look(monkeypatch)
    return together(lambda one: book(one, next(places)), [child, child])


@every_time
def test_one_child_is_in_one_place(two_places, monkeypatch, run):
    found = book_in_both(two_places, monkeypatch)

    assert Booking.objects.seated().count() == 1
    assert deadlocks(found) == []


@every_time
def test_without_the_exclusion_it_is_in_two(two_places, monkeypatch, run):
    with without_constraint("booking_booking", "booking_child_in_one_place"):
        book_in_both(two_places, monkeypatch)

        assert Booking.objects.seated().count() == 2


def book_twice_in_both_orders(child, monkeypatch):
    """Two forms of a family for the same two stays; each has written one down when they meet."""
    place, user = facility("hikarigaoka"), child.household.parents.get().user
    stays = [Wish(child, place, start, start + STAY) for start in (STARTS_AT, ENDS_AT)]
    meet_after_the_look(monkeypatch)
    monkeypatch.setattr(transitions, "begin", Meeting(2, patience=1).before(transitions.begin))

    def submit(wishes):
        with as_parent(user, child.household, AT):
            return requests.submit(wishes=wishes, by=user, at=AT, key=uuid.uuid4())

    return together(submit, [stays, stays[::-1]])


@every_time
def test_two_forms_of_a_family_do_not_wait_for_each_other(two_places, monkeypatch, run):
    found = book_twice_in_both_orders(two_places, monkeypatch)

    assert deadlocks(found) == []
    assert Booking.objects.seated().count() == 2


@every_time
def test_without_the_household_s_lock_they_do(two_places, monkeypatch, run):
    """The exclusion alone is safe, and tells them so by a deadlock."""
    monkeypatch.setattr(promises, "await_others", lambda household_id, children: None)

    found = book_twice_in_both_orders(two_places, monkeypatch)

    assert len(deadlocks(found)) == 1
    assert Booking.objects.seated().count() == 2


# The order of locks


@pytest.fixture
def siblings(real_database):
    slots_of_day()
    first = families(1)[0]
    return [first, ChildFactory.create(
        registered=True, household=first.household, date_of_birth=first.date_of_birth
    )]  # fmt: skip


def book_all(children):
    user = children[0].household.parents.get().user
    place = facility("hikarigaoka")
    with as_parent(user, children[0].household, AT):
        return requests.submit(
            wishes=[Wish(child, place, STARTS_AT, ENDS_AT) for child in children], by=user, at=AT,
            key=uuid.uuid4(),
        )  # fmt: skip


def lock_one_by_one(monkeypatch, meeting, ordered):
    """The children's locks, one statement each, with a meeting after the first."""

    def await_others(household_id, children):
        for number, child in enumerate(ordered(children)):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(child.pk)]
                )
            if number == 0:
                meeting.wait()

    monkeypatch.setattr(promises, "await_others", await_others)


def book_in_opposite_order(siblings, monkeypatch):
    meet_after_the_look(monkeypatch)
    return together(book_all, [siblings, siblings[::-1]])


@every_time
def test_siblings_in_opposite_order_do_not_wait_for_each_other(siblings, monkeypatch, run):
    found = book_in_opposite_order(siblings, monkeypatch)

    assert Booking.objects.seated().count() == 2
    assert deadlocks(found) == []


@every_time
def test_siblings_locked_as_they_come_deadlock(siblings, monkeypatch, run):
    lock_one_by_one(monkeypatch, Meeting(2, patience=5), ordered=list)

    assert deadlocks(book_in_opposite_order(siblings, monkeypatch)) != []


@pytest.fixture
def whole_day(real_database):
    slots_of_day()
    return facility("hikarigaoka")


def lock_slots_one_by_one(monkeypatch, reverse_for_one):
    """As if each slot were locked by a statement of its own, with a meeting after the first."""
    meeting, first_come = Meeting(2, patience=0.4), []

    def locked(slots):
        counters.limit_waiting()
        numbers = sorted(slots)
        first_come.append(numbers)
        if reverse_for_one and len(first_come) == 1:
            numbers.reverse()
        for number in numbers:
            list(Slot.objects.select_for_update().filter(pk=number))
            meeting.wait()
        return numbers

    monkeypatch.setattr(counters, "_locked", locked)


def two_families_book(place, monkeypatch):
    meet_after_the_look(monkeypatch)
    return together(lambda child: book(child, place), families(2))


@every_time
def test_slots_in_one_order_are_waited_for(whole_day, monkeypatch, run):
    lock_slots_one_by_one(monkeypatch, reverse_for_one=False)

    found = two_families_book(whole_day, monkeypatch)

    assert [each for each in found if isinstance(each, Exception)] == []


@every_time
def test_slots_in_opposite_order_deadlock(whole_day, monkeypatch, run):
    lock_slots_one_by_one(monkeypatch, reverse_for_one=True)

    assert deadlocks(two_families_book(whole_day, monkeypatch)) != []


# One seat is given back once


@pytest.fixture
def held(real_database):
    slots_of_day()
    child = families(1)[0]
    booking = book(child, facility("hikarigaoka"))
    return child, booking


def cancel_twice(held, monkeypatch):
    child, booking = held
    meeting = Meeting(2, patience=1)
    monkeypatch.setattr(cancellations, "_locked", meeting.after(cancellations._locked))
    user = child.household.parents.get().user

    def cancel(_number):
        with as_parent(user, child.household, AT):
            return cancellations.cancel(booking=booking, by=user, at=AT)

    return together(cancel, [1, 2])


@every_time
def test_a_booking_cancelled_twice_at_once_gives_one_seat_back(held, monkeypatch, run):
    found = cancel_twice(held, monkeypatch)

    assert [each.state for each in found] == [BookingState.CANCELLED_FREE] * 2
    assert differences() == []


@every_time
def test_without_its_lock_the_database_refuses_the_second(held, monkeypatch, run):
    """Each step once, each with its row: the trigger at the commit sees two."""
    monkeypatch.setattr(
        cancellations, "_locked", lambda booking: [Booking.objects.get(pk=booking.pk)]
    )

    found = cancel_twice(held, monkeypatch)

    assert len([each for each in found if isinstance(each, Exception)]) == 1
    assert differences() == []
