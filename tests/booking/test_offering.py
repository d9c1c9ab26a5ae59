"""Until when an offer may be answered: by day, by night, and shortly before the use."""

import datetime as dt

import pytest

from booking import offering
from history import clock
from tests.factories.booking import UseRuleFactory

FRIDAY = dt.date(2027, 2, 26)
RULE = UseRuleFactory.build(
    offer_minutes=120, offer_night_from=dt.time(21), offer_night_until=dt.time(8),
    broadcast_minutes=180,
)  # fmt: skip


def moment(text):
    """`27 9:00`: of February 2027; a day beyond its 28th is of March."""
    day, time = text.split()
    hour, minute = map(int, time.split(":"))
    first = clock.at(dt.date(2027, 2, 1), dt.time(hour, minute))
    return first + dt.timedelta(days=int(day) - 1)


@pytest.mark.parametrize(
    ("offered", "ends"),
    [
        ("24 10:00", "24 12:00"),
        ("24 18:59", "24 20:59"),
        # Where the minutes end in the night, it is waited for the morning.
        ("24 19:00", "25 8:00"),
        ("24 23:30", "25 8:00"),
        ("25 0:00", "25 8:00"),
        ("25 5:59", "25 8:00"),
        ("25 6:00", "25 8:00"),
        ("25 6:01", "25 8:01"),
        # Over the end of a month.
        ("28 23:00", "29 8:00"),
    ],
)
def test_an_offer_ends_by_day_and_by_night(offered, ends):
    use = moment("40 9:00")

    assert offering.until(RULE, use, moment(offered)) == moment(ends)


def test_an_offer_ends_when_all_are_asked_at_once():
    use = moment("24 15:00")

    assert offering.broadcasts_from(RULE, use) == moment("24 12:00")
    assert offering.until(RULE, use, moment("24 11:30")) == moment("24 12:00")


@pytest.mark.parametrize(("offered", "ends"), [("24 12:00", "24 14:00"), ("24 13:30", "24 15:00")])
def test_all_may_answer_for_the_minutes_or_until_the_use(offered, ends):
    assert offering.broadcast_until(RULE, moment("24 15:00"), moment(offered)) == moment(ends)


def test_a_night_may_lie_within_one_day():
    rule = UseRuleFactory.build(
        offer_minutes=60, offer_night_from=dt.time(0), offer_night_until=dt.time(7),
        broadcast_minutes=0,
    )  # fmt: skip

    assert offering.until(rule, moment("40 9:00"), moment("24 22:30")) == moment("24 23:30")
    assert offering.until(rule, moment("40 9:00"), moment("24 23:10")) == moment("25 7:00")
