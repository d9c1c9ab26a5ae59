"""The window vectors of domain.md 1.5."""

import datetime as dt

import pytest

from booking import timetable, versions
from history import clock
from tests.factories.booking import UseRuleFactory

RULE = UseRuleFactory.build()
SOME_DAY = UseRuleFactory.build(valid_from=dt.date(2020, 4, 1), valid_to=None)
D = dt.date.fromisoformat


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TOKYO)


@pytest.mark.parametrize(
    ("day", "opens"),
    [
        ("2026-03-28", "2026-02-28T09:00"),
        ("2026-03-29", "2026-02-28T09:00"),
        ("2026-03-30", "2026-02-28T09:00"),
        ("2026-03-31", "2026-02-28T09:00"),
        ("2026-05-31", "2026-04-30T09:00"),
        ("2026-05-01", "2026-04-01T09:00"),
        ("2028-03-29", "2028-02-29T09:00"),
    ],
)
def test_window_opens_a_month_before(day, opens):
    assert timetable.bookable_from(D(day), RULE) == moment(opens)


@pytest.mark.parametrize(
    ("day", "closes"),
    [("2026-11-05", "2026-11-04T17:00"), ("2026-04-01", "2026-03-31T17:00")],
)
def test_window_closes_the_day_before(day, closes):
    assert timetable.bookable_until(D(day), RULE) == moment(closes)


@pytest.mark.parametrize(
    ("at", "last"),
    [
        ("2026-02-28T08:59", "2026-03-27"),
        ("2026-02-28T09:00", "2026-03-31"),
        ("2026-04-30T09:00", "2026-05-31"),
        ("2026-11-05T12:00", "2026-12-05"),
    ],
    ids=["before nine", "four days at once", "month end", "usual"],
)
def test_last_bookable_day(at, last):
    assert timetable.last_bookable_day(moment(at), [SOME_DAY]) == D(last)


def test_each_day_opens_by_its_own_rule():
    until_march = UseRuleFactory.build(valid_from=D("2025-04-01"), valid_to=D("2026-03-31"))
    from_april = UseRuleFactory.build(
        valid_from=D("2026-04-01"), valid_to=None, window_count=2, cut_off_days=3
    )
    lines = [until_march, from_april]

    def rule_on(day):
        return versions.in_force(lines, None, day, D("2026-03-10"))

    assert timetable.last_bookable_day(moment("2026-03-10T12:00"), lines) == D("2026-05-10")
    # The longer window has not yet reached its first day: the shorter one still counts.
    assert timetable.last_bookable_day(moment("2026-01-20T12:00"), lines) == D("2026-02-20")
    assert timetable.last_bookable_day(moment("2026-03-10T12:00"), []) == D("2026-03-10")
    assert timetable.is_bookable(
        D("2026-05-10"), rule_on(D("2026-05-10")), moment("2026-03-10T12:00")
    )
    assert not timetable.is_bookable(
        D("2026-04-12"), rule_on(D("2026-04-12")), moment("2026-04-10T12:00")
    )


def test_half_hours_fit_between_opening_and_closing():
    found = list(timetable.half_hours(D("2026-11-05"), dt.time(9), dt.time(10, 45)))

    assert found == [
        (moment("2026-11-05T09:00"), moment("2026-11-05T09:30")),
        (moment("2026-11-05T09:30"), moment("2026-11-05T10:00")),
        (moment("2026-11-05T10:00"), moment("2026-11-05T10:30")),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-12-28", False), ("2026-12-29", True), ("2026-12-31", True), ("2027-01-01", True),
        ("2027-01-03", True), ("2027-01-04", False),
    ],
)  # fmt: skip
def test_year_end(day, expected):
    assert timetable.is_year_end(D(day)) is expected
