"""The window vectors of domain.md 1.5."""

import datetime as dt

import pytest

from booking import timetable, versions
from booking.models import ReleaseDay
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


# Windows of every shape (domain.md 1.3)


def windows(kind, *lines, **fields):
    rule = UseRuleFactory.build(window_kind=kind, opens_at=dt.time(9), **fields)
    rule.release_days = tuple(
        ReleaseDay(months_before=months, day=day, first=first, last=last)
        for months, day, first, last in lines
    )
    return rule


FROM_THE_15TH = windows("calendar", (1, 15, 1, 31))
HALF_MONTHS = windows("calendar", (1, 25, 1, 15), (0, 10, 16, 31))
LAST_DAY = windows("calendar", (1, 31, 1, 31))
WEEKDAYS = {"is_open": lambda day: day.weekday() < 5}


@pytest.mark.parametrize(
    ("rule", "day", "options", "opens"),
    [
        (windows("days", window_count=31), "2026-03-28", {}, "2026-02-25T09:00"),
        (windows("days", window_count=31), "2026-03-29", {}, "2026-02-26T09:00"),
        (windows("days", window_count=31), "2026-03-30", {}, "2026-02-27T09:00"),
        (windows("days", window_count=31), "2026-03-31", {}, "2026-02-28T09:00"),
        (windows("date", opens_on=D("2027-03-01")), "2027-04-20", {}, "2027-03-01T09:00"),
        (FROM_THE_15TH, "2026-12-01", {}, "2026-11-15T09:00"),
        (FROM_THE_15TH, "2026-12-31", {}, "2026-11-15T09:00"),
        (FROM_THE_15TH, "2027-01-01", {}, "2026-12-15T09:00"),
        (HALF_MONTHS, "2026-12-15", {}, "2026-11-25T09:00"),
        (HALF_MONTHS, "2026-12-16", {}, "2026-12-10T09:00"),
        # 31 February is its last day.
        (LAST_DAY, "2026-03-10", {}, "2026-02-28T09:00"),
        # 15 November 2026 is a Sunday.
        (windows("calendar", (1, 15, 1, 31), if_closed="next"), "2026-12-01", WEEKDAYS,
         "2026-11-16T09:00"),
        (windows("calendar", (1, 15, 1, 31), if_closed="previous"), "2026-12-01", WEEKDAYS,
         "2026-11-13T09:00"),
        (windows("days", window_count=31, phone_opens_at=dt.time(10)), "2026-03-28",
         {"by_phone": True}, "2026-02-25T10:00"),
        (windows("months", window_count=1, early_window_months=2, early_under_months=12),
         "2026-11-05", {"born": D("2025-11-06")}, "2026-09-05T09:00"),
        (windows("months", window_count=1, early_window_months=2, early_under_months=12),
         "2026-11-05", {"born": D("2025-11-05")}, "2026-10-05T09:00"),
    ],
)  # fmt: skip
def test_windows_of_every_shape(rule, day, options, opens):
    assert timetable.bookable_from(D(day), rule, **options) == moment(opens)


def test_a_day_that_no_line_of_the_calendar_names_never_opens():
    rule = windows("calendar", (1, 25, 1, 15))

    assert timetable.bookable_from(D("2026-12-16"), rule) is None
    assert not timetable.is_bookable(D("2026-12-16"), rule, moment("2026-12-15T09:00"))


@pytest.mark.parametrize(
    ("fields", "day", "options", "closes"),
    [
        ({"cut_off_days": 2}, "2026-11-09", {}, "2026-11-07T17:00"),
        # Monday, less two days of opening: Thursday.
        ({"cut_off_days": 2, "cut_off_counts": "open_days"}, "2026-11-09", WEEKDAYS,
         "2026-11-05T17:00"),
        ({"cut_off_days": 1, "cut_off_counts": "open_days"}, "2026-11-09", WEEKDAYS,
         "2026-11-06T17:00"),
        # Two days before a Monday is a Saturday: the last day of opening before it.
        ({"cut_off_days": 2, "cut_off_counts": "earlier_if_closed"}, "2026-11-09", WEEKDAYS,
         "2026-11-06T17:00"),
        ({"cut_off_days": 0, "cut_off_at": dt.time(8)}, "2026-11-09", {}, "2026-11-09T08:00"),
        ({"phone_cut_off_days": 1, "phone_cut_off_at": dt.time(16, 30)}, "2026-11-09",
         {"by_phone": True}, "2026-11-08T16:30"),
    ],
)  # fmt: skip
def test_cut_offs_of_every_shape(fields, day, options, closes):
    rule = UseRuleFactory.build(**fields)

    assert timetable.bookable_until(D(day), rule, **options) == moment(closes)


def test_by_telephone_it_may_be_open_until_the_use_begins():
    assert timetable.bookable_until(D("2026-11-09"), RULE, by_phone=True) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, False),
        ({"if_closed": "next"}, True),
        ({"cut_off_counts": "open_days"}, True),
        ({"phone_cut_off_counts": "open_days"}, False),
        (
            {
                "phone_cut_off_counts": "open_days", "phone_cut_off_days": 1,
                "phone_cut_off_at": dt.time(9),
            },
            True,
        ),
    ],
)  # fmt: skip
def test_days_of_opening_are_asked_for_where_they_matter(fields, expected):
    assert timetable.needs_calendar(UseRuleFactory.build(**fields)) is expected


def test_counting_days_of_opening_ends_somewhere():
    rule = UseRuleFactory.build(cut_off_days=2, cut_off_counts="open_days")

    closes = timetable.bookable_until(D("2026-11-09"), rule, is_open=lambda day: False)

    assert closes == moment("2026-11-07T17:00")
