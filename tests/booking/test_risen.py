"""What a roster or a capacity that rises frees is held back for the families that wait."""

import datetime as dt

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from booking.actions import capacities, rosters
from booking.enums import BookingState, WaitingState
from booking.models import Slot
from booking.refusals import SlotFull
from tests.booking.waiting_families import (
    DAY,
    book,
    family,
    held_back,
    moment,
    states,
    wait,
    work,
)
from tests.factories.booking import slots_of_day
from tests.factories.records import facility

TEN_TO_ONE = {f"{hour}:{minute}": 1 for hour in (10, 11, 12) for minute in ("00", "30")}
HALF_HOURS = [moment(9) + dt.timedelta(minutes=30) * number for number in range(16)]


def facts_of(kind, number):
    """As staff write it down: a carer more, or a place."""
    place = facility("hikarigaoka")
    if kind == "staff":
        rosters.set_day(facility=place, day=DAY, staff=dict.fromkeys(HALF_HOURS, number))
    else:
        capacities.change(facility=place, day=DAY, places=number, reason="工事")


def full_by(kind):
    """The usual places and staff, of which a fact leaves one family's alone; that is sold."""
    slots_of_day(places=3, staff=5)
    facts_of(kind, 2 if kind == "staff" else 1)
    if kind == "staff":
        Slot.objects.update(ones_twos_ratio=1)
        book(family())
    return book(family())


@pytest.mark.parametrize(("kind", "most"), [("staff", 5), ("places", 2)])
def test_what_rises_is_held_back_for_who_waits(database, kind, most):
    """A stranger finds nothing in between; the family is asked by the job of that transaction."""
    full_by(kind)
    wait(family())
    ProcrastinateJob.objects.all().delete()
    stranger = family()

    facts_of(kind, most)

    assert held_back() == TEN_TO_ONE
    job = ProcrastinateJob.objects.get(task_name="booking.offer")
    assert job.args == {"facility_id": facility("hikarigaoka").pk, "day": f"{DAY}"}
    with pytest.raises(SlotFull):
        book(stranger)
    work()
    assert (states(), held_back()) == ([WaitingState.OFFERED], {})


@pytest.mark.parametrize(("kind", "most"), [("staff", 5), ("places", 2)])
def test_what_rises_is_everybody_s_where_nobody_waits(database, kind, most):
    full_by(kind)
    stranger = family()
    with pytest.raises(SlotFull):
        book(stranger)

    facts_of(kind, most)

    assert held_back() == {}
    assert not ProcrastinateJob.objects.filter(task_name="booking.offer").exists()
    assert book(stranger).state == BookingState.CONFIRMED


def test_what_falls_holds_nothing_back(database):
    full_by("places")
    wait(family())

    facts_of("places", 0)

    assert held_back() == {}
