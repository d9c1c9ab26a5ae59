"""When a day at a terminal ends, when a PIN is asked for, and what may be one."""

import datetime as dt

import pytest

from history import clock
from records import presence

AT = clock.at(dt.date(2026, 11, 24), dt.time(9, 30))


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-24T09:30+09:00", "2026-11-25T04:00+09:00"),
        ("2026-11-24T23:59+09:00", "2026-11-25T04:00+09:00"),
        ("2026-11-25T03:59:59+09:00", "2026-11-25T04:00+09:00"),
        ("2026-11-25T04:00+09:00", "2026-11-26T04:00+09:00"),
        ("2026-12-31T12:00+09:00", "2027-01-01T04:00+09:00"),
        # Written in another zone, it is still Tokyo's morning.
        ("2026-11-24T18:30+00:00", "2026-11-25T04:00+09:00"),
    ],
)
def test_a_day_ends_at_four_in_the_morning(moment, end):
    assert presence.day_ends(dt.datetime.fromisoformat(moment)) == dt.datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("minutes", "asks"), [(0, False), (3, False), (3.02, True), (60, True), (None, True)]
)
def test_a_pin_is_asked_for_after_three_minutes(minutes, asks):
    last = None if minutes is None else AT - dt.timedelta(minutes=minutes)

    assert presence.needs_pin(last, AT) == asks


@pytest.mark.parametrize(
    ("pin", "is_one"),
    [
        ("275903", True),
        ("27590", False),
        ("2759031", False),
        ("27590a", False),
        # Arabic digits are digits to Python, and to no keypad.
        ("٢٧٥٩٠٣", False),
        ("", False),
    ],
)
def test_a_pin_is_six_digits(pin, is_one):
    assert presence.is_pin(pin) == is_one


@pytest.mark.parametrize(
    "pin",
    [
        "000000", "777777", "121212", "123123", "123456", "234567", "890123", "654321", "321098",
        "112233", "123321", "850412", "120485", "041285", "198504", "201912",
    ],
)  # fmt: skip
def test_what_others_try_first_is_refused(pin):
    assert presence.is_guessable(pin)


@pytest.mark.parametrize("pin", ["275903", "508263", "736194", "949617"])
def test_what_means_nothing_is_taken(pin):
    assert not presence.is_guessable(pin)


def test_the_digits_of_the_staff_id_are_refused():
    assert presence.is_guessable("750138", staff_id="N5013")
    assert not presence.is_guessable("750138", staff_id="N1002")
