"""What a carer may say about an arrival or a departure."""

import datetime as dt

import pytest

from booking.day.forms import ArrivalForm, AttendanceForm
from booking.models import Booking
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
    found = form({"time": time, "late_entry": "outage"}, at)

    assert found.errors == ({"time": [error]} if error else {})


def test_a_time_that_is_typed_says_why():
    found = form({"time": "09:40"}, moment(5, 9, 41))

    assert found.errors == {"late_entry": ["後から入力する理由を選んでください。"]}


def test_a_tap_needs_no_reason_and_gets_none():
    found = form({"when": "5", "late_entry": "outage"}, moment(5, 9, 41))

    assert found.is_valid()
    assert found.late_entry_reason == ""


def test_a_departure_follows_the_arrival():
    found = form({"time": "09:59"}, clock.at(DAY, dt.time(13)), after=STARTS_AT)

    assert found.errors == {"time": ["お迎えの時刻は、受け入れより後にしてください。"]}


@pytest.mark.parametrize("person", ["1234 5678 9012", "祖母（１２３４５６７８９０１２）"])
def test_no_my_number_is_taken_for_a_person(person):
    found = form({"person": person}, STARTS_AT)

    assert list(found.errors) == ["person"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("", (9, 58)), ("0", (9, 58)), ("5", (9, 53)), ("10", (9, 48)),
    ],
)  # fmt: skip
def test_a_tap_may_come_later_than_the_child(when, expected):
    found = form({"when": when}, moment(5, 9, 58))

    assert found.is_valid()
    assert found.moment == moment(5, *expected)


def test_as_booked_is_the_start_of_an_arrival_and_the_end_of_a_departure():
    came = form({"when": "booked"}, moment(5, 10, 7))
    left = form({"when": "booked"}, moment(5, 13, 4), after=moment(5, 10, 0))

    assert (came.is_valid(), left.is_valid()) == (True, True)
    assert (came.moment, left.moment) == (moment(5, 10, 0), moment(5, 13, 0))


def test_as_booked_is_not_said_of_what_is_to_come():
    found = form({"when": "booked"}, moment(5, 9, 58))

    assert found.errors == {"time": ["これからの時刻は記録できません。"]}


@pytest.mark.parametrize(("degrees", "is_right"), [("36.8", True), ("", True), ("46.8", False)])
def test_a_temperature_is_one_of_a_person(degrees, is_right):
    booking = Booking(starts_at=STARTS_AT, ends_at=STARTS_AT + dt.timedelta(hours=3))

    found = ArrivalForm({"temperature": degrees}, booking=booking, at=STARTS_AT)

    assert found.is_valid() is is_right
