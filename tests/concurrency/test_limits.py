"""Twenty posts of one household at once, each allowed when it looked: a limit is a limit."""

import datetime as dt
import uuid

import pytest

from booking.actions import bookings, promises, requests
from booking.models import Booking, UseRule
from booking.refusals import BookingRefused, Reason
from history import clock
from tests.concurrency.entries import as_parent
from tests.concurrency.parents import AT, families, together, wait_after_the_look
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import facility

POSTS, MOST = 20, 3
# An hour each, none at the same time as another: only the limit is scarce.
STARTS = [
    clock.at(coming_monday() + dt.timedelta(days=number // 8), dt.time(9 + number % 8))
    for number in range(POSTS)
]


@pytest.fixture
def family(real_database):
    """A child whose household may have three bookings ahead."""
    for offset in range(3):
        slots_of_day(day=coming_monday() + dt.timedelta(days=offset))
    rule = UseRule.objects.get()
    rule.limit_rows.create(subject="household", span="ahead", most=MOST, measure="uses")
    (child,) = families(1)
    return child


def race(child, monkeypatch):
    place, user = facility("hikarigaoka"), child.household.parents.get().user
    monkeypatch.setattr(bookings, "look", wait_after_the_look(POSTS))

    def book(starts_at):
        with as_parent(user, child.household, AT):
            return requests.book(
                child=child, facility=place, starts_at=starts_at,
                ends_at=starts_at + dt.timedelta(hours=1), by=user, at=AT, key=uuid.uuid4(),
            )  # fmt: skip

    return together(book, STARTS)


def test_twenty_posts_do_not_pass_a_limit(family, monkeypatch):
    found = race(family, monkeypatch)

    refused = [each for each in found if isinstance(each, BookingRefused)]
    assert Booking.objects.count() == MOST
    assert len(refused) == POSTS - MOST
    assert {error.kind for error in refused} <= {Reason.LIMIT_REACHED, Reason.BUSY}


def test_without_the_household_s_lock_they_do(family, monkeypatch):
    monkeypatch.setattr(promises, "await_others", lambda household_id, children: None)

    race(family, monkeypatch)

    assert Booking.objects.count() > MOST
