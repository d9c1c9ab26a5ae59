"""What the worker does by itself, under its own role."""

import datetime as dt

import pytest
import time_machine
from django.db import ProgrammingError
from procrastinate.contrib.django import app

from booking.actions import capacities, rosters
from booking.models import OpeningPattern, Slot
from booking.tasks import make_slots
from history import clock
from history.walls import PUBLIC
from records.models import Facility
from tests.booking.recount import differences
from tests.database import run_as
from tests.factories.booking import BookingFactory
from tests.factories.records import facility
from tests.records.worker import as_worker

PERIODIC = {task.task.name: task.task for task in app.periodic_registry.periodic_tasks.values()}
# A Tuesday night, far from the end of the year.
NIGHT = clock.at(dt.date(2026, 6, 2), dt.time(3, 10))


def rows():
    """Every column of every slot."""
    return {row["id"]: row for row in Slot.objects.values()}


def make(moment=NIGHT):
    with time_machine.travel(moment, tick=False), as_worker():
        make_slots()


def days(code):
    found = Slot.objects.filter(facility__code=code).values_list("starts_at", flat=True)
    return sorted({clock.local(moment).date() for moment in found})


# Their work needs places for backups, or a worker that was killed: tests/backups runs them.
ELSEWHERE = {"azukari.back_up", "azukari.drill", "azukari.note_erasures", "azukari.rescue"}


@pytest.mark.parametrize("name", sorted(PERIODIC.keys() - ELSEWHERE))
def test_a_periodic_job_runs_with_the_rights_of_the_worker(database, name):
    with as_worker():
        PERIODIC[name](timestamp=0)


def test_the_same_job_is_beyond_the_rights_of_an_entry(database):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run_as(PUBLIC, "INSERT INTO booking_slot (id) VALUES (1)")


def test_slots_reach_from_today_to_two_weeks_beyond_the_window(database):
    make()

    ahead = days("hikarigaoka")
    assert (ahead[0], ahead[-1]) == (dt.date(2026, 6, 2), dt.date(2026, 7, 16))


def test_every_facility_that_offers_care_gets_slots(database):
    make()

    found = set(Slot.objects.values_list("facility__code", flat=True))
    assert found == set(Facility.objects.bookable().values_list("code", flat=True))


def test_slots_follow_the_pattern_of_their_weekday(database):
    OpeningPattern.objects.filter(facility__code="seki", weekday=0).delete()
    OpeningPattern.objects.filter(facility__code="seki", weekday=2).update(
        opens_at=dt.time(10), closes_at=dt.time(12), staff_count=3
    )

    make()

    wednesday = Slot.objects.filter(facility__code="seki").on_day(dt.date(2026, 6, 3))
    shown = [(f"{clock.local(s.starts_at):%H:%M}", s.staff, s.places) for s in wednesday]
    capacity = facility("seki").capacity
    assert shown == [(time, 3, capacity) for time in ("10:00", "10:30", "11:00", "11:30")]
    assert [day for day in days("seki") if day.weekday() == 0] == []


def test_making_again_changes_nothing(database):
    make()
    before = rows()

    make()

    assert before != {}
    assert rows() == before


def test_the_next_night_adds_one_day(database):
    make()
    before = days("hikarigaoka")

    make(NIGHT + dt.timedelta(days=1))

    assert days("hikarigaoka") == [*before, dt.date(2026, 7, 17)]


def test_a_sold_slot_is_never_touched(database):
    """Not even when the hours, the staff and the capacity were changed since."""
    ten = clock.at(dt.date(2026, 6, 8), dt.time(10))
    with time_machine.travel(NIGHT, tick=False):
        BookingFactory.create(starts_at=ten)
    before = rows()
    OpeningPattern.objects.update(opens_at=dt.time(8), staff_count=2)
    Facility.objects.bookable().update(capacity=3)

    make()

    after = rows()
    sold = {key for key, row in before.items() if row["taken"]}
    assert len(sold) == 6
    assert {key: after[key] for key in sold} == {key: before[key] for key in sold}
    assert Slot.objects.get(facility__code="hikarigaoka", starts_at=ten).taken == 1
    new = Slot.objects.get(
        facility__code="hikarigaoka", starts_at=clock.at(dt.date(2026, 6, 8), dt.time(8))
    )
    assert (new.places, new.staff, new.taken) == (3, 2, 0)
    assert differences() == []


def test_what_is_not_sold_follows_the_pattern(database):
    """Fewer hours and more staff: half hours outside go, unless somebody was promised one."""
    with time_machine.travel(NIGHT, tick=False):
        BookingFactory.create(starts_at=clock.at(dt.date(2026, 6, 8), dt.time(9)))
    make()
    OpeningPattern.objects.filter(facility__code="hikarigaoka").update(
        opens_at=dt.time(10), closes_at=dt.time(12), staff_count=6
    )

    make()

    monday, tuesday = (
        [
            (f"{clock.local(slot.starts_at):%H:%M}", slot.staff, slot.taken)
            for slot in Slot.objects.filter(facility__code="hikarigaoka").on_day(day)
        ]
        for day in (dt.date(2026, 6, 8), dt.date(2026, 6, 9))
    )
    assert tuesday == [(time, 6, 0) for time in ("10:00", "10:30", "11:00", "11:30")]
    assert monday == [(f"{hour}:{half}", 4, 1) for hour in ("09", "10", "11") for half in (
        "00", "30",
    )]  # fmt: skip
    assert differences() == []


def test_days_of_facts_are_made_as_they_are(database):
    """A roster and fewer places entered before the half hours were made."""
    day, place = dt.date(2026, 6, 8), facility("seki")
    rosters.set_day(facility=place, day=day, staff={clock.at(day, dt.time(9)): 1})
    capacities.change(facility=place, day=day, places=5, reason="工事のため")

    make()

    first, second, *_rest = Slot.objects.filter(facility=place).on_day(day)
    assert [(slot.staff, slot.places) for slot in (first, second)] == [(1, 5), (4, 5)]
    assert Slot.objects.filter(facility=place, places=place.capacity).exists()


def test_nobody_is_received_at_the_end_of_the_year(database):
    make(clock.at(dt.date(2026, 12, 20), dt.time(3, 10)))

    closed = {dt.date(2026, 12, day) for day in (29, 30, 31)}
    closed |= {dt.date(2027, 1, day) for day in (1, 2, 3)}
    ahead = set(days("hikarigaoka"))
    assert ahead & closed == set()
    assert {dt.date(2026, 12, 28), dt.date(2027, 1, 4)} - ahead == set()
