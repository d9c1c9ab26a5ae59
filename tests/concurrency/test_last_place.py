"""Fifty parents look, see the last place, and reach for it together: one booking."""

import uuid

import pytest
from django.db import connection

from booking.actions import bookings, counters
from booking.models import Booking, Slot
from booking.refusals import BookingRefused, Reason
from tests.concurrency.parents import ANYTHING, book, families, together, wait_after_the_look
from tests.factories.booking import slots_of_day
from tests.factories.records import facility

PARENTS = 50
# What is scarce holds by a constraint, not by luck: the long run repeats race and control.
LONG_RUN = range(1, 21)
# Each of the racing half hours has places for one child of one or two years.
LAST_PLACE = {
    "places": 1, "infant_limit": 0, "under_two_limit": 99, "two_up_limit": 99, "staff": 2,
}  # fmt: skip


@pytest.fixture
def last_place(real_database):
    slots_of_day(**LAST_PLACE)
    return facility("hikarigaoka")


@pytest.fixture
def no_guard(monkeypatch):
    """The database refuses nothing more, and the update has no condition."""
    monkeypatch.setattr(counters.capacity, "fits", lambda weight, seat=None, **how: ANYTHING)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE booking_slot DROP CONSTRAINT slot_places")
        cursor.execute("ALTER TABLE booking_slot DROP CONSTRAINT slot_staffing")


def race(place, monkeypatch):
    children = families(PARENTS)
    monkeypatch.setattr(bookings, "look", wait_after_the_look(PARENTS))

    found = together(lambda child: book(child, place), children)

    return (
        [each for each in found if isinstance(each, Booking)],
        [each for each in found if not isinstance(each, Booking)],
    )


def assert_sold_once(sold, refused):
    assert len(sold) == 1
    assert Booking.objects.count() == 1
    assert len(refused) == PARENTS - 1
    assert {error.kind for error in refused} <= {Reason.FULL, Reason.BUSY}
    assert set(Slot.objects.values_list("taken", flat=True)) == {0, 1}


def assert_oversold(sold):
    assert len(sold) > 1
    assert Slot.objects.filter(taken__gt=1).exists()


def test_the_last_place_is_sold_once(last_place, monkeypatch):
    assert_sold_once(*race(last_place, monkeypatch))


@pytest.mark.parametrize("run", range(1, 6))
def test_without_the_guard_the_race_oversells(last_place, no_guard, monkeypatch, run):
    sold, _refused = race(last_place, monkeypatch)

    assert_oversold(sold)


@pytest.mark.slow
@pytest.mark.parametrize("run", LONG_RUN)
def test_the_last_place_is_sold_once_every_time(last_place, monkeypatch, run):
    assert_sold_once(*race(last_place, monkeypatch))


@pytest.mark.slow
@pytest.mark.parametrize("run", LONG_RUN)
def test_without_the_guard_every_race_oversells(last_place, no_guard, monkeypatch, run):
    sold, _refused = race(last_place, monkeypatch)

    assert_oversold(sold)


def test_only_the_database_stands_in_the_way_of_a_careless_writer(last_place, monkeypatch):
    """Without the condition of the update, the `CHECK` alone still refuses."""
    monkeypatch.setattr(counters.capacity, "fits", lambda weight, seat=None, **how: ANYTHING)

    sold, refused = race(last_place, monkeypatch)

    assert len(sold) == 1
    assert {error.kind for error in refused} <= {Reason.FULL, Reason.BUSY}


def test_a_reply_that_got_lost_is_asked_for_again(last_place):
    """The last place was booked, the answer never arrived, the form is sent once more."""
    child = families(1)[0]
    key = uuid.uuid4()
    first = book(child, last_place, key)

    again = book(child, last_place, key)

    assert again == first
    assert Booking.objects.count() == 1


def test_a_double_tap_is_one_booking(last_place, monkeypatch):
    child = families(1)[0]
    key = uuid.uuid4()
    monkeypatch.setattr(bookings, "look", wait_after_the_look(2))

    found = together(lambda one: book(one, last_place, key), [child, child])

    assert found[0] == found[1]
    assert Booking.objects.count() == 1


def test_one_child_is_not_booked_twice_at_once(real_database, monkeypatch):
    """Two devices, two facilities, the same hours."""
    slots_of_day()
    slots_of_day("nerima")
    child = families(1)[0]
    places = iter([facility("hikarigaoka"), facility("nerima")])
    monkeypatch.setattr(bookings, "look", wait_after_the_look(2))

    found = together(lambda one: book(one, next(places)), [child, child])

    kinds = [each.kind for each in found if isinstance(each, BookingRefused)]
    assert kinds == [Reason.ALREADY_BOOKED]
    assert Booking.objects.count() == 1
