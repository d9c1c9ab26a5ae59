"""What the time in care costs where a tariff charges that and not the time that was booked."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import pricing
from booking.enums import ReliefKind
from booking.models import Relief
from history import clock
from tests.booking.test_pricing import (
    BANDS,
    DAY,
    EARLY,
    HALF_HOURS,
    QUOTA,
    STEPS,
    TIERS,
    price,
    tariff_of,
    use,
)
from tests.booking.test_profiles import PROFILES
from tests.booking.test_profiles import tariff_of as tariff_of_town

# In the afternoon an hour costs more than beyond the limit.
DEAR = [
    price(30, 100),
    price(30, 900, band_from=dt.time(13), band_to=dt.time(17)),
    price(30, 200, is_beyond_limit=True),
]
TARIFFS = [
    *(tariff_of(rows) for rows in (BANDS, DEAR, EARLY, HALF_HOURS, QUOTA, STEPS, TIERS)),
    tariff_of(HALF_HOURS, day_cap=3000),
    *(tariff_of_town(each) for each in PROFILES.values() if "tariff" in each),
]


def moment(text):
    return clock.at(DAY, dt.time.fromisoformat(text))


def charged(booked, tariff, there):
    arrived_at, left_at = (moment(each) for each in there)
    return pricing.charge(booked, tariff, arrived_at=arrived_at, left_at=left_at)


@pytest.mark.parametrize(
    ("prices", "booked", "there", "minutes", "before", "after"),
    [
        (TIERS, ("9:00", "14:00"), ("09:00", "12:00"), 180, 2800, 1500),
        (TIERS, ("9:00", "14:00"), ("09:00", "09:20"), 20, 2800, 500),
        (STEPS, ("9:00", "13:00"), ("09:00", "11:10"), 130, 2500, 1850),
        (BANDS, ("11:00", "14:00"), ("11:00", "12:50"), 110, 3000, 1500),
        (BANDS, ("11:00", "14:00"), ("13:10", "14:00"), 50, 3000, 1500),
        (EARLY, ("8:00", "10:00"), ("08:40", "10:00"), 80, 1400, 1000),
        (HALF_HOURS, ("9:00", "12:00"), ("09:40", "12:00"), 140, 1500, 1250),
        (HALF_HOURS, ("9:00", "12:00"), ("09:00", "11:30"), 150, 1500, 1250),
        (HALF_HOURS, ("9:00", "12:00"), ("09:00", "11:31"), 151, 1500, 1500),
        (HALF_HOURS, ("9:00", "12:00"), ("08:30", "12:40"), 180, 1500, 1500),
        (HALF_HOURS, ("9:00", "12:00"), ("12:10", "12:40"), 0, 1500, 0),
        (HALF_HOURS, ("9:00", "12:00"), ("08:10", "08:40"), 0, 1500, 0),
        (HALF_HOURS, ("9:00", "12:00"), ("09:00:40", "11:01:10"), 121, 1500, 1250),
    ],
    ids=[
        "early, out of a tier", "within the first unit", "out of a step", "out of a band",
        "late, out of a band", "late, out of the dear hour", "late", "early", "a unit begun",
        "before and after it too", "all of it too late", "all of it too early",
        "as the clock shows it",
    ],
)  # fmt: skip
def test_the_time_in_care_is_charged(prices, booked, there, minutes, before, after):
    wanted, tariff = use(*booked), tariff_of(prices)

    found = charged(wanted, tariff, there)

    assert pricing.care_amount(wanted, tariff) == before
    assert (found.minutes, found.care_amount) == (minutes, after)


@pytest.mark.parametrize(
    ("left", "after"), [("14:30", 2750), ("16:00", 3000)], ids=["below it", "still above it"]
)
def test_a_day_still_costs_its_cap_at_most(left, after):
    found = charged(use("9:00", "17:00"), tariff_of(HALF_HOURS, day_cap=3000), ("09:00", left))

    assert found.care_amount == after


def test_a_relief_is_a_part_of_what_is_left():
    half = Relief(kind=ReliefKind.SIBLING, percent=50)

    found = charged(use("9:00", "12:00"), tariff_of(HALF_HOURS, [half]), ("09:00", "10:10"))

    assert pricing.Quote(care_amount=found.care_amount, relief=half).amount == 375


@pytest.mark.parametrize(
    ("there", "after"),
    [(("09:00", "10:20"), 700), (("09:40", "11:00"), 700), (("09:00", "09:50"), 300)],
    ids=["early", "late", "before the limit"],
)
def test_minutes_beyond_a_limit_fall_away_first(there, after):
    """They are the last; whoever comes late has used less of the limit before them."""
    booked = use("9:00", "11:00", minutes_beyond=60)

    assert pricing.care_amount(booked, tariff_of(QUOTA)) == 300 + 800
    assert charged(booked, tariff_of(QUOTA), there).care_amount == after


def test_who_comes_late_pays_no_more():
    """An hour of the dear afternoon was beyond the limit, and no longer is."""
    booked = use("11:00", "14:00", minutes_beyond=60)
    late = use("12:00", "14:00")

    assert pricing.care_amount(booked, tariff_of(DEAR)) == 800
    assert pricing.care_amount(late, tariff_of(DEAR)) == 2000
    assert charged(booked, tariff_of(DEAR), ("12:00", "14:00")).care_amount == 800


MINUTES = st.integers(min_value=0, max_value=10 * 60)


@given(
    tariff=st.sampled_from(TARIFFS),
    at=st.tuples(MINUTES, MINUTES, MINUTES, MINUTES, MINUTES),
    age=st.integers(min_value=0, max_value=6),
    is_resident=st.booleans(),
    beyond=MINUTES,
)
def test_less_care_never_costs_more(tariff, at, age, is_resident, beyond):
    """Not than was booked, nor than staying longer; by the prices of every town."""
    seven = moment("07:00")
    start, end = (seven + dt.timedelta(minutes=each) for each in sorted(at[:2]))
    arrived, left, later = (seven + dt.timedelta(minutes=each) for each in sorted(at[2:]))
    booked = dataclasses.replace(
        use("7:00", "8:00", age), starts_at=start, ends_at=end, is_resident=is_resident,
        minutes_beyond=min(beyond, int((end - start).total_seconds() // 60)),
    )  # fmt: skip

    early, full = (
        pricing.charge(booked, tariff, arrived_at=arrived, left_at=each) for each in (left, later)
    )
    whole = pricing.charge(booked, tariff, arrived_at=start, left_at=end)

    assert early.care_amount <= full.care_amount <= whole.care_amount
    assert whole.care_amount == pricing.care_amount(booked, tariff)
