"""A place that somebody waits for, and all reach for it at once: one booking, the right one."""

import datetime as dt
import uuid
from threading import Barrier

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from booking import tasks
from booking.actions import bookings, cancellations, counters, requests, waitings
from booking.enums import BookingState, WaitingState
from booking.models import Booking, Slot, Waiting
from booking.refusals import BookingRefused, Reason
from history import context
from history.context import Context
from history.walls import PUBLIC, WORKER
from tests.concurrency.parents import (
    ANYTHING,
    AT,
    ENDS_AT,
    STARTS_AT,
    book,
    families,
    together,
)
from tests.factories.booking import slots_of_day
from tests.factories.records import facility

STRANGERS = 10


@pytest.fixture
def place(real_database):
    """光が丘 with a place for one child."""
    slots_of_day(places=1)
    return facility("hikarigaoka")


def as_parent(act, child, at=AT):
    """What a request of the public entry does between its middleware and its commit."""
    user = child.household.parents.get().user
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {PUBLIC}")
        context.enter(
            Context(
                actor=str(user.pk), role="parent", household=child.household_id, entry="public",
                at=at,
            )
        )  # fmt: skip
        return act(user)


def join(child, at=AT):
    def act(user):
        return waitings.join(
            children=[child], facility=facility("hikarigaoka"), starts_at=STARTS_AT,
            ends_at=ENDS_AT, by=user, at=at,
        )  # fmt: skip

    return as_parent(act, child, at)


def accept(child, at):
    waiting = Waiting.objects.get(household=child.household_id)
    return as_parent(lambda user: waitings.accept(waiting=waiting, by=user, at=at), child, at)


def cancel(booking, at=AT):
    def act(user):
        return cancellations.cancel(booking=booking, by=user, at=at)

    return as_parent(act, booking.child, at)


def offer(at=AT):
    """The worker's job, in transactions of its own, on a connection that is the worker's."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WORKER}")
    try:
        tasks.offer_day(facility_id=facility("hikarigaoka").pk, day=STARTS_AT.date(), at=at)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def deferred():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args ->> 'day' FROM procrastinate_jobs"
            " WHERE task_name = 'booking.offer' AND status = 'todo'"
        )
        return [day for (day,) in cursor.fetchall()]


# The job


def test_cancelling_defers_the_offer_and_the_worker_makes_it(place, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    holder, waiter = families(2)
    sold = book(holder, place)
    join(waiter)
    with transaction.atomic():
        cancel(sold)
        transaction.set_rollback(True)
    # What is rolled back has deferred nothing and held nothing back.
    assert deferred() == []
    assert not Slot.objects.filter(held_back__gt=0).exists()

    cancel(sold)
    assert deferred() == [STARTS_AT.date().isoformat()]
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    assert Waiting.objects.get().state == WaitingState.OFFERED
    assert Booking.objects.get(state=BookingState.OFFERED).child_id == waiter.pk


# Everybody reaches for it


def rush(place):
    """The holder cancels, and strangers book while the worker offers."""
    holder, waiter, *strangers = families(2 + STRANGERS)
    sold = book(holder, place)
    join(waiter)
    cancel(sold)
    barrier = Barrier(STRANGERS + 1, timeout=30)

    def run(child):
        barrier.wait()
        return offer() if child == waiter else book(child, place)

    return together(run, [waiter, *strangers])


def test_nobody_takes_the_place_before_it_is_offered(place):
    _offered, *found = rush(place)

    assert {error.kind for error in found} <= {Reason.FULL, Reason.BUSY}
    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == 0
    if Waiting.objects.get().state == WaitingState.WAITING:
        # The worker met a lock and comes again.
        offer()
    assert Waiting.objects.get().state == WaitingState.OFFERED


def test_without_holding_back_a_stranger_has_it(place, monkeypatch):
    """The control."""
    monkeypatch.setattr(counters, "_waited_for", lambda slots: set())
    holder, waiter, stranger = families(3)
    sold = book(holder, place)
    join(waiter)
    cancel(sold)

    assert book(stranger, place).state == BookingState.CONFIRMED


# All are asked at once


@pytest.fixture
def asked(place):
    """Two families that may both answer now, and the moment."""
    holder, *waiters = families(3)
    sold = book(holder, place)
    for number, child in enumerate(waiters):
        join(child, AT + dt.timedelta(minutes=number))
    at = STARTS_AT - dt.timedelta(hours=2)
    cancel(sold, at)
    offer(at)
    assert set(Waiting.objects.values_list("state", "is_broadcast")) == {("offered", True)}
    return waiters, at


def answer_together(asked, monkeypatch):
    """Both have seen the place before one of them takes it."""
    waiters, at = asked
    barrier = Barrier(2, timeout=30)
    look = bookings.look

    def look_and_wait(*args, **kwargs):
        found = look(*args, **kwargs)
        barrier.wait()
        return found

    monkeypatch.setattr(bookings, "look", look_and_wait)
    return together(lambda child: accept(child, at), waiters)


def test_two_answer_at_once_and_one_has_it(asked, monkeypatch):
    found = answer_together(asked, monkeypatch)

    lost = [each for each in found if isinstance(each, BookingRefused)]
    assert [error.kind for error in lost] == [Reason.TAKEN]
    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == 1
    assert sorted(Waiting.objects.values_list("state", flat=True)) == ["booked", "offered"]


@pytest.mark.usefixtures("no_guard")
def test_without_the_guard_both_have_it(asked, monkeypatch):
    """The control."""
    answer_together(asked, monkeypatch)

    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == 2


@pytest.fixture
def no_guard(asked, monkeypatch):
    monkeypatch.setattr(counters.capacity, "fits", lambda weight, seat=None, **how: ANYTHING)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE booking_slot DROP CONSTRAINT slot_places")
        cursor.execute("ALTER TABLE booking_slot DROP CONSTRAINT slot_two_up_limit")
        cursor.execute("ALTER TABLE booking_slot DROP CONSTRAINT slot_under_two_limit")


# Answer and deadline


def test_an_answer_at_the_deadline_is_kept_or_over_never_both(place):
    holder, waiter = families(2)
    sold = book(holder, place)
    join(waiter)
    cancel(sold)
    offer()
    end = Waiting.objects.get().offer_until
    barrier = Barrier(2, timeout=30)

    def lapse():
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {WORKER}")
        tasks.sweep(at=end)

    def run(act):
        barrier.wait()
        return act()

    together(run, [lambda: accept(waiter, end), lapse])

    state = Waiting.objects.get().state
    booked = Booking.objects.filter(state=BookingState.CONFIRMED).count()
    assert (state, booked) in {(WaitingState.BOOKED, 1), (WaitingState.LAPSED, 0)}
    assert Slot.objects.filter(taken=1).count() == 6 * booked
    assert not Slot.objects.filter(held_back__gt=0).exists()


def test_a_family_that_books_elsewhere_meanwhile_is_in_one_place(place):
    """Offered here and booking there at once: the second to come is refused."""
    slots_of_day("nerima")
    holder, waiter = families(2)
    sold = book(holder, place)
    join(waiter)
    cancel(sold)

    def elsewhere():
        return as_parent(
            lambda user: requests.book(
                child=waiter, facility=facility("nerima"), starts_at=STARTS_AT, ends_at=ENDS_AT,
                by=user, at=AT, key=uuid.uuid4(),
            ),
            waiter,
        )  # fmt: skip

    together(lambda act: act(), [elsewhere, offer])

    assert Booking.objects.seated().filter(child=waiter).count() == 1
