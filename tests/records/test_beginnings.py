"""Nothing begins before its day: registration, interviews, booking, and days of use in stages."""

import datetime as dt
import uuid

import pytest

from booking import family
from booking.actions import requests
from booking.enums import Channel
from booking.refusals import BookingRefused, Reason
from history import clock
from records.actions import applications
from records.beginnings import NotBegun, has_begun, refuse
from records.enums import Begun
from records.models import ConsentText, Opening
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import (
    ChildFactory,
    InterviewPlaceFactory,
    OpeningFactory,
    RegistrationFactory,
    facility,
)
from tests.people import child_of

D = dt.date.fromisoformat
HERE, THERE = 2, 3


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TOKYO)


def opening(opens, first=None, last=None, place=None):
    return Opening(
        function=Begun.BOOKING, opens_at=moment(opens), facility_id=place,
        first_day=first and D(first), last_day=last and D(last),
    )  # fmt: skip


STAGES = [
    opening("2027-03-01T09:00", "2027-04-01", "2027-04-15"),
    opening("2027-03-08T09:00", "2027-04-16"),
]
OWN = opening("2027-05-01T09:00", place=HERE)


@pytest.mark.parametrize(
    ("rows", "at", "day", "expected"),
    [
        ([], "2020-01-01T00:00", "2027-04-10", True),
        ([opening("2027-03-01T09:00")], "2027-03-01T08:59", "2027-04-10", False),
        ([opening("2027-03-01T09:00")], "2027-03-01T09:00", "2027-04-10", True),
        (STAGES, "2027-03-01T09:00", "2027-04-15", True),
        (STAGES, "2027-03-01T09:00", "2027-04-16", False),
        (STAGES, "2027-03-08T09:00", "2027-04-16", True),
        (STAGES, "2027-03-08T09:00", "2028-01-20", True),
        # The service begins in April.
        (STAGES, "2027-03-08T09:00", "2027-03-31", False),
        # A facility's own rows stand in the place of the ward's.
        ([*STAGES, OWN], "2027-04-30T09:00", "2027-05-10", False),
        ([*STAGES, OWN], "2027-05-01T09:00", "2027-05-10", True),
    ],
)
def test_a_day_opens_with_its_stage(rows, at, day, expected):
    assert has_begun(rows, moment(at), D(day)) is expected


def test_a_facility_asks_for_its_own_rows_and_the_ward_s(database):
    OpeningFactory.create(opens_at=moment("2027-03-01T09:00"))
    OpeningFactory.create(opens_at=moment("2027-05-01T09:00"), facility=facility("nerima"))
    at = moment("2027-04-01T09:00")

    refuse(Begun.BOOKING, at=at, facility_id=facility("seki").pk)
    refuse(Begun.INTERVIEW, at=at, facility_id=facility("nerima").pk)
    with pytest.raises(NotBegun) as refused:
        refuse(Begun.BOOKING, at=at, facility_id=facility("nerima").pk)

    assert refused.value.opens_at == moment("2027-05-01T09:00")
    assert str(refused.value) == (
        "受付は、まだ始まっていません。 2027年5月1日（土）9:00から受け付けます。"
        " 受付が始まってから、もう一度お申し込みください。"
    )


def test_families_book_from_the_day_on(parent):
    slots_of_day()
    here, day = facility("hikarigaoka"), coming_monday()
    at = clock.at(day, dt.time(10)) - dt.timedelta(days=3)
    row = OpeningFactory.create(opens_at=at + dt.timedelta(hours=1))

    def book(at, hour, channel=Channel.WEB):
        return requests.book(
            child=child_of(parent), facility=here, starts_at=clock.at(day, dt.time(hour)),
            ends_at=clock.at(day, dt.time(hour + 2)), by=parent, at=at, key=uuid.uuid4(),
            channel=channel,
        )  # fmt: skip

    with pytest.raises(BookingRefused) as refused:
        book(at, 10)

    assert refused.value.kind == Reason.NOT_BEGUN
    assert day not in family.days_to_book(here, at)
    assert day in family.days_to_book(here, row.opens_at)
    with pytest.raises(BookingRefused) as refused:
        book(at, 10, Channel.PHONE)
    assert refused.value.kind == Reason.NOT_BEGUN
    assert book(row.opens_at, 13).request.channel == Channel.WEB


@pytest.mark.parametrize("function", [Begun.REGISTRATION, Begun.INTERVIEW])
def test_an_interview_is_booked_from_the_day_on(parent, function):
    household = child_of(parent).household
    child = ChildFactory.create(household=household)
    RegistrationFactory.create(child=child)
    place = InterviewPlaceFactory.create()
    texts = list(ConsentText.objects.all())
    row = OpeningFactory.create(function=function, opens_at=clock.now() + dt.timedelta(hours=1))

    def hand_in(at):
        return applications.hand_in(
            household=household, texts=texts, place=place, note="", by=parent, at=at
        )

    with pytest.raises(NotBegun):
        hand_in(clock.now())

    assert hand_in(row.opens_at).place == place
