"""What a carer may say about an arrival or a departure."""

import datetime as dt

import pytest

from booking.models import Booking
from day.forms import AttendanceForm
from history import clock

DAY = dt.date(2026, 11, 5)
STARTS_AT = clock.at(DAY, dt.time(10))


def moment(day, hour, minute):
    return clock.at(dt.date(2026, 11, day), dt.time(hour, minute))


def form(data, at, after=None):
    booking = Booking(starts_at=STARTS_AT, ends_at=STARTS_AT + dt.timedelta(hours=3))
    return AttendanceForm(data, booking=booking, at=at, after=after)


@pytest.mark.parametrize(
    ("time", "at", "error"),
    [
        ("", moment(5, 8, 55), None),
        ("09:40", moment(5, 9, 41), None),
        ("09:42", moment(5, 9, 41), "これからの時刻は記録できません。"),
        ("17:05", moment(4, 17, 10), "これからの時刻は記録できません。"),
        ("23:59", moment(6, 0, 0), None),
        ("", moment(6, 9, 0), "時刻を入力してください。例：17:05"),
    ],
    ids=["now", "earlier", "later", "of a later day", "of yesterday", "yesterday, unsaid"],
)
def test_a_time_is_past_and_of_a_past_day_said(time, at, error):
    found = form({"time": time}, at)

    assert found.errors == ({"time": [error]} if error else {})


def test_a_departure_follows_the_arrival():
    found = form({"time": "09:59"}, clock.at(DAY, dt.time(13)), after=STARTS_AT)

    assert found.errors == {"time": ["お迎えの時刻は、受け入れより後にしてください。"]}


@pytest.mark.parametrize("person", ["1234 5678 9012", "祖母（１２３４５６７８９０１２）"])
def test_no_my_number_is_taken_for_a_person(person):
    found = form({"person": person}, STARTS_AT)

    assert list(found.errors) == ["person"]
