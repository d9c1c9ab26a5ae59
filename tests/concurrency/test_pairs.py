"""Everything that moves a seat against everything else that does, two at a time.

Each pair meets at the places where a race is decided: before anything is read, between the look and
the lock, and before the counters. Whatever comes first, the house is in order afterwards and what
was acknowledged stands.
"""

from itertools import combinations_with_replacement

import pytest
from django.db import connection
from django.db.models import F

from booking.actions import bookings, counters, offers
from booking.enums import BookingState, WaitingState
from booking.models import Booking, BookingTransition, Slot, Waiting
from records.refusals import Refused
from tests.booking.recount import differences
from tests.concurrency.entries import as_worker
from tests.concurrency.meeting import Meeting
from tests.concurrency.one_database import real_database
from tests.concurrency.parents import AT, together
from tests.concurrency.scene import ACTS, Scene

__all__ = ["real_database"]

PAIRS = list(combinations_with_replacement(ACTS, 2))
# Where the two wait for each other; `make slow` has each pair meet everywhere, often.
MEETINGS = ("look", "counters", "start")
QUICK = [(pair, MEETINGS[number % 2]) for number, pair in enumerate(PAIRS)]
LONG_RUN = 5
# Facts: they may bring a half hour beyond its ceilings.
FACTS = {"roster", "capacity", "reweigh", "make slots", "close", "close and reopen"}
# What others may make of a booking that was acknowledged.
ENDED = {
    BookingState.CANCELLED_FREE, BookingState.CANCELLED_BY_FACILITY, BookingState.PRESENT,
    BookingState.WITHDRAWN,
}  # fmt: skip
TWICE = """
    SELECT count(*) FROM booking_booking a JOIN booking_booking b
    ON a.child_id = b.child_id AND a.id < b.id
    AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
    WHERE a.state = ANY(%(seated)s) AND b.state = ANY(%(seated)s)
"""


@pytest.fixture(scope="module")
def scene(real_database):
    return Scene.prepared()


def race(scene, pair, monkeypatch, meet_at):
    meeting = Meeting(2)
    with monkeypatch.context() as patch:
        if meet_at == "look":
            patch.setattr(bookings, "look", meeting.after(bookings.look))
        elif meet_at == "counters":
            patch.setattr(counters, "_locked", meeting.before(counters._locked))

        def run(numbered):
            number, name = numbered
            try:
                if meet_at == "start":
                    meeting.wait()
                return ACTS[name](scene, number)
            finally:
                meeting.leave()

        numbers = (0, 1) if pair[0] == pair[1] else (0, 0)
        return together(run, list(zip(numbers, pair, strict=True)))


def assert_in_order(pair, found, place):
    assert [repr(each) for each in found if is_fault(each)] == []
    assert differences() == []
    if not FACTS & set(pair):
        assert not Slot.objects.red().exists()
        assert not Slot.objects.filter(taken__gt=F("places")).exists()
    seated = [state.value for state in counters.SEAT_STATES]
    with connection.cursor() as cursor:
        cursor.execute(TWICE, {"seated": seated})
        assert cursor.fetchone() == (0,)
    closed = [found[number] for number, name in enumerate(pair) if name == "close"]
    if closed and "close and reopen" not in pair and not isinstance(closed[0], Exception):
        # Whatever was booked while it was being closed is caught.
        coming = (
            BookingState.HELD, BookingState.AWAITING, BookingState.OFFERED, BookingState.CONFIRMED,
        )  # fmt: skip
        assert not Booking.objects.filter(state__in=coming, facility=place).exists()
    # A family is asked as long as its seat is kept for it; what took that away, the worker sees.
    with as_worker(AT):
        offers.requeue()
    asked = Waiting.objects.filter(state=WaitingState.OFFERED).exists()
    assert asked == Booking.objects.filter(state=BookingState.OFFERED).exists()
    for booking in acknowledged(found):
        kept = Booking.objects.get(pk=booking.pk)
        steps = BookingTransition.objects.filter(booking=kept, to_state=booking.state)
        assert steps.exists()
        assert kept.state in {booking.state, *ENDED}


def is_fault(found):
    """Neither done nor refused in words; a deadlock or a lock that never came is no refusal."""
    if not isinstance(found, Exception):
        return False
    return not isinstance(found, Refused) or (
        isinstance(found.__cause__, Exception) and (counters.is_busy(found.__cause__))
    )


def acknowledged(found):
    for each in found:
        if isinstance(each, Booking):
            yield each
        elif isinstance(each, list):
            yield from (one for one in each if isinstance(one, Booking))
        else:
            yield from getattr(each, "bookings", ())


def _name(value):
    return value if isinstance(value, str) else " | ".join(value)


def meet(scene, pair, monkeypatch, meet_at):
    scene.set_up()

    found = race(scene, pair, monkeypatch, meet_at)

    assert_in_order(pair, found, scene.place)


@pytest.mark.by_lot(4)
@pytest.mark.parametrize("name", ACTS)
def test_each_is_done_where_nobody_is_in_its_way(scene, name):
    """Or its pairs would show nothing."""
    scene.set_up()

    (found,) = together(lambda number: ACTS[name](scene, number), [0])

    assert not isinstance(found, Exception), repr(found)


@pytest.mark.by_lot(40)
@pytest.mark.parametrize(("pair", "meet_at"), QUICK, ids=_name)
def test_any_two_at_once(scene, pair, meet_at, monkeypatch):
    meet(scene, pair, monkeypatch, meet_at)


@pytest.mark.slow
@pytest.mark.parametrize("meet_at", MEETINGS)
@pytest.mark.parametrize("pair", PAIRS, ids=" | ".join)
def test_any_two_at_once_every_time(scene, pair, meet_at, monkeypatch):
    for _run in range(LONG_RUN):
        meet(scene, pair, monkeypatch, meet_at)
