"""Staff change while families book: nobody waits for ever, and what is beyond is written down."""

import datetime as dt
from collections.abc import Callable
from threading import Barrier

from booking.actions import rosters
from booking.models import Booking, Roster, Slot
from booking.refusals import BookingRefused
from history import clock
from records.enums import Role
from tests.booking.recount import differences
from tests.concurrency.entries import as_staff
from tests.concurrency.parents import AT, STARTS_AT, book, families, together
from tests.factories.booking import slots_of_day
from tests.factories.records import FacilityMembershipFactory, facility

DAY = STARTS_AT.date()
HALF_HOURS = [clock.at(DAY, dt.time(9)) + dt.timedelta(minutes=30 * n) for n in range(16)]


def save(number: int) -> Callable[[], object]:
    """A roster of so many staff, saved by somebody at the facility."""
    place = facility("hikarigaoka")
    carer = FacilityMembershipFactory.create(facility=place, role=Role.CARER).user

    def run() -> object:
        with as_staff(carer, Role.CARER, place, AT):
            return rosters.set_day(facility=place, day=DAY, staff=dict.fromkeys(HALF_HOURS, number))

    return run


def run_at_once(acts: list[Callable[[], object]]) -> list[object]:
    barrier = Barrier(len(acts), timeout=30)

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        return act()

    return together(run, acts)


def test_what_is_promised_beyond_is_written_down_exactly(real_database):
    slots_of_day()
    place = facility("hikarigaoka")
    booking = [lambda child=child: book(child, place) for child in families(8)]

    found = run_at_once([*booking, *map(save, (1, 3, 0, 2))])

    failed = [e for e in found if isinstance(e, Exception) and not isinstance(e, BookingRefused)]
    assert failed == []
    assert differences() == []
    assert Booking.objects.count() == sum(isinstance(each, Booking) for each in found)
    slots = Slot.objects.filter(facility=place)
    assert len({slot.staff for slot in slots}) == 1
    assert [s.staff_short for s in slots] == [max(0, s.staff_needed - s.staff) for s in slots]


def test_two_who_save_one_day_at_once_both_succeed(real_database):
    slots_of_day()

    found = run_at_once([save(1), save(2), save(3)])

    assert [each for each in found if isinstance(each, Exception)] == []
    kept = Roster.objects.get()
    assert {slot.staff for slot in Slot.objects.all()} == {kept.staff}


def test_without_waiting_for_each_other_they_collide(real_database, monkeypatch):
    """The control: the constraint of the table refuses the second one."""
    slots_of_day()
    monkeypatch.setattr(rosters, "await_others", lambda facility: None)
    write, barrier = rosters._write, Barrier(3, timeout=30)

    def write_together(*args):
        barrier.wait()
        write(*args)

    monkeypatch.setattr(rosters, "_write", write_together)

    found = run_at_once([save(1), save(2), save(3)])

    assert [each for each in found if isinstance(each, Exception)] != []
