"""Another time in one step, and taking back what was just booked."""

import datetime as dt
import uuid

import pytest

from booking.actions import bookings, cancellations, requests
from booking.enums import BookingState, Channel
from booking.models import Booking, Fee, Slot
from booking.refusals import BookingRefused, Reason
from history import clock
from records.models import AccessLease, OutgoingMail
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.people import child_of

DAY = coming_monday()
NEXT = DAY + dt.timedelta(days=1)
TEN = clock.at(DAY, dt.time(10))
NOW = TEN - dt.timedelta(days=3)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def booking(parent, database):
    """From ten to one, in a house that has a single place."""
    slots_of_day()
    slots_of_day(day=NEXT)
    Slot.objects.update(places=1)
    return BookingFactory.create(child=child_of(parent), by=parent, at=NOW)


def change(booking, by, hours=(10, 14), day=DAY, at=NOW + 30 * MINUTE, key=None):
    first, last = (clock.at(day, dt.time(hour)) for hour in hours)
    return requests.change(
        booking=booking, starts_at=first, ends_at=last, by=by, at=at, key=key or uuid.uuid4()
    )


def taken():
    slots = Slot.objects.filter(taken__gt=0).order_by("starts_at")
    return [f"{clock.local(slot.starts_at):%d %H:%M}" for slot in slots]


def hours(first, last, day=DAY):
    return [f"{day:%d} {hour:02}:{minute:02}" for hour in range(first, last) for minute in (0, 30)]


@pytest.mark.parametrize("new", [(10, 14), (11, 12), (9, 12), (14, 17), (10, 13)])
def test_a_stay_is_moved_in_a_full_house(booking, parent, new):
    changed = change(booking, parent, new)

    booking.refresh_from_db()
    assert (booking.state, changed.state) == (BookingState.CANCELLED_FREE, BookingState.CONFIRMED)
    assert changed.replaces == booking
    assert taken() == hours(*new)


def test_to_another_day(booking, parent):
    change(booking, parent, day=NEXT)

    assert taken() == hours(10, 14, NEXT)


def test_fees_leases_and_mails_follow(booking, parent):
    changed = change(booking, parent)

    assert Fee.objects.get(booking=booking).amount == 0
    assert changed.fee.amount == 8 * 250
    open_leases = AccessLease.objects.filter(ends_at__gt=NOW + dt.timedelta(days=1))
    assert [lease.cause for lease in open_leases] == [changed.pk]
    assert OutgoingMail.objects.count() == 2


def test_what_cannot_be_had_leaves_the_booking_as_it_is(booking, parent):
    Slot.objects.filter(starts_at=clock.at(DAY, dt.time(13))).update(places=0)

    with pytest.raises(BookingRefused) as refused:
        change(booking, parent)

    booking.refresh_from_db()
    assert (refused.value.kind, booking.state) == (Reason.FULL, BookingState.CONFIRMED)
    assert taken() == hours(10, 13)
    assert Booking.objects.count() == 1


def test_lost_between_the_look_and_the_lock_it_leaves_the_booking_as_well(
    booking, parent, monkeypatch
):
    look = bookings.look

    def look_then_fill(wish, usable):
        found = look(wish, usable)
        Slot.objects.filter(starts_at=clock.at(DAY, dt.time(13))).update(places=0)
        return found

    monkeypatch.setattr(bookings, "look", look_then_fill)

    with pytest.raises(BookingRefused) as refused:
        change(booking, parent)

    booking.refresh_from_db()
    assert (refused.value.kind, booking.state) == (Reason.FULL, BookingState.CONFIRMED)
    assert taken() == hours(10, 13)


def test_the_same_form_changes_once(booking, parent):
    key = uuid.uuid4()
    changed = change(booking, parent, key=key)

    assert change(booking, parent, key=key) == changed


def test_no_change_once_cancelling_costs(booking, parent):
    with pytest.raises(BookingRefused) as refused:
        change(booking, parent, at=TEN - dt.timedelta(hours=1))

    assert refused.value.kind == Reason.TOO_LATE_TO_CHANGE


def test_a_booking_is_changed_once(booking, parent):
    change(booking, parent)

    booking.refresh_from_db()
    with pytest.raises(BookingRefused) as refused:
        change(booking, parent, (14, 16))

    assert refused.value.kind == Reason.TOO_LATE_TO_CHANGE


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(9, BookingState.CANCELLED_FREE), (10, BookingState.CANCELLED_CHARGED)],
)
def test_what_was_just_booked_is_taken_back_free_whatever_the_deadline(
    parent, carer_elsewhere, database, minutes, state
):
    """Booked by telephone after the deadline, and taken back within ten minutes."""
    slots_of_day()
    late = TEN - dt.timedelta(hours=2)
    booking = BookingFactory.create(
        child=child_of(parent), by=carer_elsewhere, at=late, channel=Channel.PHONE
    )

    cancelled = cancellations.cancel(booking=booking, by=parent, at=late + minutes * MINUTE)

    assert cancelled.state == state
    assert Fee.objects.get(booking=booking).amount == (
        0 if state == BookingState.CANCELLED_FREE else 1500
    )
