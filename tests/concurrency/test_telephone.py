"""Twenty taps on 「予約を確定する」 while a caller waits: one booking, and every tap finds it."""

import datetime as dt
import uuid

import pytest

from booking import callers
from booking.actions import look_ups, requests
from booking.actions.bookings import Wish
from booking.enums import Channel
from booking.models import Booking
from history import clock
from records.actions.emergencies import Sought
from tests.concurrency.entries import as_staff
from tests.concurrency.parents import AT, families, together
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import facility
from tests.people import Role, _staff

TAPS = 20
DAY = coming_monday()
# Of one length, and none at the same time as another: a second key finds a place for itself.
STARTS = [
    clock.at(DAY + dt.timedelta(days=number // 7), dt.time(9 + number % 7))
    for number in range(TAPS)
]


@pytest.fixture
def look_up(real_database):
    """A carer of 練馬 has looked up a child; the number, and the carer."""
    for offset in range(3):
        slots_of_day(day=DAY + dt.timedelta(days=offset))
    (child,) = families(1)
    carer = _staff("N1001", "練馬 保育", "nerima", Role.CARER)
    with as_staff(carer, Role.CARER, facility("nerima"), AT):
        answer = look_ups.look_up(
            sought=Sought(code=child.code), facility_id=facility("nerima").pk, day=DAY, at=AT
        )
    return answer.number, carer


def tap(look_up, start, key):
    number, carer = look_up
    with as_staff(carer, Role.CARER, facility("nerima"), AT):
        caller = callers.caller_of(number)
        end = start + dt.timedelta(hours=1)
        wish = Wish(caller.child, facility("hikarigaoka"), start, end, caller=caller)
        answer = requests.submit(wishes=[wish], by=carer, at=AT, key=key, channel=Channel.PHONE)
        return answer.bookings[0].pk


def test_twenty_taps_are_one_booking(look_up):
    key = uuid.uuid4()

    found = together(lambda _tap: tap(look_up, STARTS[0], key), range(TAPS))

    assert set(found) == {Booking.objects.get().pk}


def test_other_forms_are_other_bookings(look_up):
    """Were it not for the key, each of the twenty would have found a place."""
    found = together(lambda start: tap(look_up, start, uuid.uuid4()), STARTS)

    assert len(set(found)) == Booking.objects.count() == TAPS
