"""When backups are due, when one is missing, and which are kept."""

import datetime as dt

import pytest

from azukari.backups import schedule
from history import clock


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TOKYO)


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2026-11-23 02:29", "2026-11-22 14:30", "2026-11-23 02:30"),
        ("2026-11-23 02:30", "2026-11-23 02:30", "2026-11-23 14:30"),
        ("2026-11-23 14:30", "2026-11-23 14:30", "2026-11-24 02:30"),
        ("2027-01-01 00:00", "2026-12-31 14:30", "2027-01-01 02:30"),
        ("2028-03-01 01:00", "2028-02-29 14:30", "2028-03-01 02:30"),
    ],
)
def test_twice_a_day(now, last, following):
    assert schedule.last_due(at(now)) == at(last)
    assert schedule.next_due(at(now)) == at(following)


@pytest.mark.parametrize(
    ("newest", "now", "missed"),
    [
        (None, "2026-11-23 12:00", True),
        ("2026-11-22 14:30", "2026-11-23 03:29", False),
        ("2026-11-22 14:30", "2026-11-23 03:30", True),
        ("2026-11-23 02:30", "2026-11-23 15:29", False),
        ("2026-11-23 02:30", "2026-11-23 15:30", True),
        # One made by hand in between does not stand for the one that is due after it.
        ("2026-11-23 12:00", "2026-11-23 15:30", True),
    ],
)
def test_a_missing_one_is_known_an_hour_later(newest, now, missed):
    assert schedule.is_missed(newest and at(newest), at(now)) is missed


def test_all_of_fourteen_days_and_the_first_of_each_month():
    now = at("2026-11-23 15:00")
    twice_a_day = [
        clock.at(now.date() - dt.timedelta(days=days), time)
        for days in range(500)
        for time in schedule.TIMES
    ]

    kept = schedule.kept(twice_a_day, now)

    recent = {moment for moment in kept if now - moment < dt.timedelta(days=14)}
    assert len(recent) == 28
    assert sorted(moment.strftime("%Y-%m-%d %H:%M") for moment in kept - recent) == [
        "2025-11-01 02:30", "2025-12-01 02:30", "2026-01-01 02:30", "2026-02-01 02:30",
        "2026-03-01 02:30", "2026-04-01 02:30", "2026-05-01 02:30", "2026-06-01 02:30",
        "2026-07-01 02:30", "2026-08-01 02:30", "2026-09-01 02:30", "2026-10-01 02:30",
        "2026-11-01 02:30",
    ]  # fmt: skip


def test_the_newest_stays_however_old_it_is():
    old, newest = at("2020-01-05 02:30"), at("2020-01-09 02:30")

    assert schedule.kept([old, newest], at("2026-11-23 00:00")) == {newest}
