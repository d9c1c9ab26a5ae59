"""The warning half an hour ahead: who counts, from when on, until when."""

import datetime as dt

import pytest
import time_machine

from booking.actions import attendances
from booking.models import Slot
from tests.booking.day.test_day_sheet import booked, late_at, sheet
from tests.booking.staff_at_work import on_duty
from tests.factories.day import LateNoticeFactory
from tests.factories.records import facility

SECOND = dt.timedelta(seconds=1)


def staffed(number):
    """So many at 光が丘 from twelve to half past, whoever is promised."""
    Slot.objects.filter(facility=facility("hikarigaoka"), starts_at=late_at(12)).update(
        staff=number, staff_short=9
    )


@pytest.fixture
def noon(database):
    """Three of one or two years are booked from twelve, who need two; one is set."""
    bookings = [
        booked(name, starts_at=late_at(12), ends_at=late_at(15)) for name in ("一花", "桃", "葵")
    ]
    staffed(1)
    return bookings


def shortage(user, at=None):
    return sheet(user, at=at or late_at(11, 40)).shortage


def test_it_warns_of_the_half_hour_that_comes_next(noon, carer_elsewhere):
    found = shortage(carer_elsewhere)

    assert (found.starts_at, found.children, found.needed, found.staff, found.missing) == (
        late_at(12), 3, 2, 1, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "warns"),
    [
        (late_at(11, 30) - SECOND, False),
        (late_at(11, 30), True),
        (late_at(12) - SECOND, True),
        (late_at(12), False),
    ],
    ids=["too early", "half an hour before", "until it begins", "then the head count says it"],
)
def test_half_an_hour_before_and_not_longer(noon, carer_elsewhere, at, warns):
    assert (shortage(carer_elsewhere, at) is not None) == warns


def test_enough_staff_is_no_warning(noon, carer_elsewhere):
    staffed(2)

    assert shortage(carer_elsewhere) is None


def test_who_comes_later_does_not_count(noon, carer_elsewhere):
    for booking in noon:
        LateNoticeFactory.create(booking=booking, arrives_at=late_at(12, 30))

    assert shortage(carer_elsewhere) is None


def test_who_is_still_here_counts_and_who_goes_before_does_not(carer_elsewhere):
    """Booked until eleven and not fetched: nobody knows for how long."""
    for name, ends in (("一花", late_at(11)), ("桃", late_at(12))):
        booking = booked(name, starts_at=late_at(10), ends_at=ends)
        with on_duty(carer_elsewhere, late_at(10)):
            attendances.arrive(booking=booking, by=carer_elsewhere, at=late_at(10))
    staffed(1)

    assert shortage(carer_elsewhere).children == 1
    # Until twelve: goes by then.
    assert shortage(carer_elsewhere, late_at(11, 59)).children == 1


def test_nobody_needs_nobody(carer_elsewhere):
    booked("一花", starts_at=late_at(14), ends_at=late_at(15))
    staffed(0)

    assert shortage(carer_elsewhere) is None


def test_the_page_says_it(noon, carer_elsewhere, staff_client):
    with time_machine.travel(late_at(11, 40), tick=False):
        page = staff_client.log_in(carer_elsewhere).get("/today/").content.decode()

    assert "12:00から、職員があと1人必要です" in page
