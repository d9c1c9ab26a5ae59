"""A facility closes while families book: whoever was quicker is met, and nobody is left behind."""

import datetime as dt
from collections.abc import Callable
from threading import Barrier

from booking.actions import closures, counters
from booking.models import Booking, Closure, LostBooking, Slot
from booking.refusals import BookingRefused
from history import clock
from records.enums import Role
from records.models import Facility, User
from tests.concurrency.entries import as_staff
from tests.concurrency.parents import STARTS_AT, book, families, together
from tests.factories.booking import ClosureFactory, slots_of_day
from tests.factories.records import FacilityMembershipFactory, facility

DAY = STARTS_AT.date()
AT = clock.at(DAY - dt.timedelta(days=1), dt.time(19))


def confirm(closure: Closure, by: User) -> Callable[[], object]:
    def run() -> object:
        with as_staff(by, Role.MANAGER, closure.facility, AT):
            return closures.confirm(closures=[closure], by=by, at=AT)

    return run


def manager(place: Facility) -> User:
    return FacilityMembershipFactory.create(facility=place, role=Role.MANAGER).user


def run_at_once(acts: list[Callable[[], object]]) -> list[object]:
    barrier = Barrier(len(acts), timeout=30)

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        return act()

    return together(run, acts)


def left_behind():
    """Bookings that stand in half hours without a place."""
    return [
        booking
        for booking in Booking.objects.seated()
        if Slot.objects.filter(facility=booking.facility_id, places=0)
        .between(booking.starts_at, booking.ends_at)
        .exists()
    ]


def test_nobody_is_left_behind(real_database):
    slots_of_day()
    place = facility("hikarigaoka")
    closure = ClosureFactory.create(day=DAY)
    booking = [lambda child=child: book(child, place) for child in families(8)]

    found = run_at_once([*booking[:4], confirm(closure, manager(place)), *booking[4:]])

    failed = [e for e in found if isinstance(e, Exception) and not isinstance(e, BookingRefused)]
    assert failed == []
    assert left_behind() == []
    assert LostBooking.objects.count() == Booking.objects.count()
    assert set(Slot.objects.filter(facility=place).values_list("places", "taken")) == {(0, 0)}


def test_two_who_tap_at_once_close_once(real_database):
    slots_of_day()
    place = facility("hikarigaoka")
    people = [manager(place), manager(place)]
    (child,) = families(1)
    lost = book(child, place)
    closure = ClosureFactory.create(day=DAY)

    found = run_at_once([confirm(closure, person) for person in people])

    assert sorted(len(each) for each in found) == [0, 1]
    assert LostBooking.objects.get().booking == lost


def booked_before_the_lock(monkeypatch, child, place):
    """Somebody books between the first look and the lock."""
    lock = counters.lock

    def book_and_lock(slots):
        together(lambda each: book(each, place), [child])
        lock(slots)

    monkeypatch.setattr(closures.counters, "lock", book_and_lock)


def test_who_books_before_the_lock_is_met(real_database, monkeypatch):
    slots_of_day()
    place = facility("hikarigaoka")
    (child,) = families(1)
    closure = ClosureFactory.create(day=DAY)
    booked_before_the_lock(monkeypatch, child, place)

    (ended,) = confirm(closure, manager(place))()

    assert (ended.child_id, left_behind()) == (child.pk, [])


def test_without_the_second_look_a_family_is_left_behind(real_database, monkeypatch):
    """The control: only what was there at first is met."""
    slots_of_day()
    place = facility("hikarigaoka")
    (child,) = families(1)
    closure = ClosureFactory.create(day=DAY)
    booked_before_the_lock(monkeypatch, child, place)
    monkeypatch.setattr(
        closures,
        "_lock_unless_met",
        lambda decided: closures.counters.lock(closures._slots(decided)) is None,
    )

    assert confirm(closure, manager(place))() == []

    assert [each.child_id for each in left_behind()] == [child.pk]
