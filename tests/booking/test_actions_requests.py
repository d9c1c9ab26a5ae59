"""Several wishes in one request: all of them or none, or what fits."""

import datetime as dt
import uuid

import pytest

from booking.actions import requests
from booking.actions.bookings import Wish
from booking.enums import Accepts
from booking.models import Booking, BookingRequest, Slot, UnmetWish
from booking.refusals import KeyReused, Reason
from history import clock
from records.models import OutgoingMail
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import ChildFactory, facility
from tests.people import child_of

DAY = coming_monday()
NEXT = DAY + dt.timedelta(days=1)
NOW = clock.at(DAY, dt.time(10)) - dt.timedelta(days=3)


@pytest.fixture
def slots(database):
    return slots_of_day() + slots_of_day(day=NEXT)


@pytest.fixture
def child(parent):
    return child_of(parent)


@pytest.fixture
def sibling(child):
    """Two years old like the first child, so that both are counted alike."""
    return ChildFactory.create(
        household=child.household,
        registered=True,
        date_of_birth=DAY - dt.timedelta(days=800),
    )


def wish(child, day=DAY, hours=(10, 13)):
    first, last = (clock.at(day, dt.time(hour)) for hour in hours)
    return Wish(child, facility("hikarigaoka"), first, last)


def submit(parent, *wishes, **changes):
    return requests.submit(
        **{"wishes": wishes, "by": parent, "at": NOW, "key": uuid.uuid4()} | changes
    )


def taken():
    return Slot.objects.filter(taken__gt=0).values_list("taken", flat=True)


def reasons(answer):
    return [(refusal.wish, refusal.error.kind) for refusal in answer.refusals]


def leave_one_place(day=DAY):
    Slot.objects.on_day(day).update(places=1)


def test_siblings_on_two_days_are_one_request_with_one_mail(parent, child, sibling, slots):
    wishes = [wish(each, day) for each in (child, sibling) for day in (DAY, NEXT)]

    answer = submit(parent, *wishes)

    assert [(each.child, each.day) for each in answer.bookings] == [
        (each.child, each.day) for each in wishes
    ]
    assert set(BookingRequest.objects.get().bookings.all()) == set(answer.bookings)
    assert list(taken()) == [2] * 12
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("seen", [True, False], ids=["seen", "under the lock"])
def test_all_or_nothing_books_nothing(parent, child, sibling, slots, seen):
    """Where a place lacks for one of them alone, or for both together."""
    leave_one_place()
    wishes = [wish(child), wish(sibling)]
    if seen:
        wishes[1] = wish(sibling, hours=(15, 18))

    answer = submit(parent, *wishes)

    assert reasons(answer) == [(wishes[1], Reason.CLOSED if seen else Reason.FULL)]
    assert (answer.request, list(answer.bookings), list(taken())) == (None, [], [])
    assert BookingRequest.objects.count() == OutgoingMail.objects.count() == 0


def test_what_fits_books_the_first_of_two_siblings(parent, child, sibling, slots):
    leave_one_place()
    wishes = [wish(child), wish(sibling)]

    answer = submit(parent, *wishes, accepts=Accepts.WHAT_FITS)

    assert [each.child for each in answer.bookings] == [child]
    assert reasons(answer) == [(wishes[1], Reason.FULL)]
    assert list(taken()) == [1] * 6
    unmet = UnmetWish.objects.get()
    assert (unmet.request, unmet.child, unmet.refusal.kind) == (
        answer.request, sibling, Reason.FULL,
    )  # fmt: skip


def test_a_refusal_seen_and_one_under_the_lock_are_both_told(parent, child, sibling, slots):
    leave_one_place(NEXT)
    wishes = [wish(sibling, hours=(15, 18)), wish(child, NEXT), wish(sibling, NEXT)]

    answer = submit(parent, *wishes, accepts=Accepts.WHAT_FITS)

    assert reasons(answer) == [(wishes[0], Reason.CLOSED), (wishes[2], Reason.FULL)]
    assert [each.child for each in answer.bookings] == [child]


def test_what_fits_where_nothing_fits_keeps_nothing(parent, child, slots):
    Slot.objects.update(places=0)

    answer = submit(parent, wish(child), accepts=Accepts.WHAT_FITS)

    assert answer.request is None
    assert Booking.objects.count() == UnmetWish.objects.count() == 0


def test_one_child_wished_twice_at_once_is_booked_once(parent, child, slots):
    wishes = [wish(child), wish(child, hours=(12, 15))]

    answer = submit(parent, *wishes, accepts=Accepts.WHAT_FITS)

    assert reasons(answer) == [(wishes[1], Reason.ALREADY_BOOKED)]
    assert list(taken()) == [1] * 6


def test_the_same_form_finds_its_whole_answer(parent, child, sibling, slots):
    leave_one_place()
    wishes, key = [wish(child), wish(sibling)], uuid.uuid4()
    first = submit(parent, *wishes, accepts=Accepts.WHAT_FITS, key=key)

    again = submit(parent, *wishes, accepts=Accepts.WHAT_FITS, key=key)

    assert (again.request, list(again.bookings)) == (first.request, list(first.bookings))
    assert reasons(again) == reasons(first)
    assert OutgoingMail.objects.count() == 1


def test_another_choice_of_what_to_accept_is_another_form(parent, child, slots):
    key = uuid.uuid4()
    submit(parent, wish(child), key=key)

    with pytest.raises(KeyReused):
        submit(parent, wish(child), accepts=Accepts.WHAT_FITS, key=key)


def test_a_request_is_for_one_household(parent, child, slots):
    stranger = ChildFactory.create(registered=True)

    with pytest.raises(ValueError, match="unpack"):
        submit(parent, wish(child), wish(stranger))
