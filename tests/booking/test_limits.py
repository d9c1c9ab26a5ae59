"""Limits by child and household, in spans and measures of every kind."""

import datetime as dt
import uuid

import pytest

from booking import limits
from booking.limits import Stay
from booking.models import UseLimit
from history import clock

TARO, HANAKO = uuid.UUID(int=1), uuid.UUID(int=2)
HERE, THERE = 2, 3
AT = clock.at(dt.date(2026, 11, 1), dt.time(12))


def use(day, hours=3, child=TARO, place=HERE):
    start = clock.at(dt.date.fromisoformat(day), dt.time(9))
    return Stay(
        child=child, facility=place, starts_at=start, ends_at=start + dt.timedelta(hours=hours)
    )


def limit(span, most, measure="uses", subject="child", **options):
    return UseLimit(span=span, most=most, measure=measure, subject=subject, **options)


# 5 November 2026 is a Thursday.
WISH = use("2026-11-05")


@pytest.mark.parametrize(
    ("rule", "others", "refused"),
    [
        (limit("day", 1), [], False),
        (limit("day", 1), [use("2026-11-05")], True),
        (limit("day", 1), [use("2026-11-04"), use("2026-11-06")], False),
        (limit("week", 3), [use("2026-11-02"), use("2026-11-08")], False),
        (limit("week", 2), [use("2026-11-02"), use("2026-11-08")], True),
        (limit("week", 2), [use("2026-11-01"), use("2026-11-09")], False),
        (limit("month", 1), [use("2026-11-30")], True),
        (limit("month", 1), [use("2026-10-31"), use("2026-12-01")], False),
        (limit("fiscal_year", 1), [use("2026-04-01")], True),
        (limit("fiscal_year", 1), [use("2027-03-31")], True),
        (limit("fiscal_year", 1), [use("2026-03-31"), use("2027-04-01")], False),
        # Hours: 3 asked for beside 7.
        (limit("month", 600, "minutes"), [use("2026-11-02", 7)], False),
        (limit("month", 599, "minutes"), [use("2026-11-02", 7)], True),
        # Two uses of a day are one day.
        (limit("month", 1, "days"), [use("2026-11-05")], False),
        (limit("month", 1, "days"), [use("2026-11-06")], True),
        # In a row
        (limit("consecutive", 4, "days"), [use(f"2026-11-0{day}") for day in (2, 3, 4)], False),
        (limit("consecutive", 4, "days"), [use(f"2026-11-0{day}") for day in (2, 3, 4, 6)], True),
        (
            limit("consecutive", 4, "days"), [use(f"2026-11-0{day}") for day in (1, 2, 3, 7, 8)],
            False,
        ),
        # Still to come, whenever the wish is for
        (limit("ahead", 2), [use("2026-12-20"), use("2026-10-30")], False),
        (limit("ahead", 2), [use("2026-12-20"), use("2026-12-21")], True),
        # Whose
        (limit("month", 1), [use("2026-11-02", child=HANAKO)], False),
        (limit("month", 1, subject="household"), [use("2026-11-02", child=HANAKO)], True),
        # Where
        (limit("month", 1), [use("2026-11-02", place=THERE)], True),
        (limit("month", 1, is_here_only=True), [use("2026-11-02", place=THERE)], False),
        # Beyond a soft limit the price changes, nothing is refused.
        (limit("month", 60, "minutes", is_soft=True), [use("2026-11-02", 7)], False),
    ],
)  # fmt: skip
def test_a_limit_refuses_what_lies_beyond(rule, others, refused):
    assert limits.broken([rule], WISH, others, AT) == (rule if refused else None)


def test_the_first_of_several_limits_is_named():
    loose, tight = limit("month", 5), limit("week", 1)

    assert limits.broken([loose, tight], WISH, [use("2026-11-02")], AT) is tight


@pytest.mark.parametrize(
    ("most", "others", "above"),
    [
        (600, [use("2026-11-02", 7)], 0), (599, [use("2026-11-02", 7)], 1),
        (500, [use("2026-11-02", 7)], 100), (60, [use("2026-11-02", 7)], 180), (60, [], 120),
    ],
)  # fmt: skip
def test_minutes_above_a_soft_limit(most, others, above):
    rule = limit("month", most, "minutes", is_soft=True)

    assert limits.minutes_above([rule], WISH, others, AT) == above


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], None),
        ([limit("day", 1)], ("2026-11-05", "2026-11-05")),
        ([limit("week", 1)], ("2026-11-02", "2026-11-08")),
        ([limit("week", 1), limit("month", 1)], ("2026-11-01", "2026-11-30")),
        ([limit("fiscal_year", 1)], ("2026-04-01", "2027-03-31")),
        ([limit("consecutive", 4, "days")], ("2026-11-01", "2026-11-09")),
        ([limit("day", 1), limit("ahead", 1)], ("2026-10-20", None)),
    ],
)
def test_no_more_is_read_than_matters(rules, expected):
    found = limits.days_of_interest(rules, WISH.day, dt.date(2026, 10, 20))

    assert found == (expected and tuple(day and dt.date.fromisoformat(day) for day in expected))
