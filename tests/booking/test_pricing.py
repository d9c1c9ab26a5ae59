"""Fees of real shapes: by the hour, tiers, steps, blocks, bands, caps, quotas, reliefs.

The shapes are those of domain.md 1.2; which town has which stands nowhere but in the profiles.
"""

import dataclasses
import datetime as dt
import uuid

import pytest

from booking import pricing
from booking.enums import Domicile, ReliefKind
from booking.models import Relief
from booking.pricing import Use
from history import clock
from tests.factories.booking import PriceFactory, TariffFactory

DAY = dt.date(2026, 5, 11)
TARIFF = TariffFactory.build()


def use(start, end, age=1, **more):
    at = [clock.at(DAY, dt.time.fromisoformat(f"{each:0>5}")) for each in (start, end)]
    return Use(
        child=uuid.UUID(int=1), born=dt.date(2025, 1, 1), starts_at=at[0], ends_at=at[1],
        age_years=age, **more,
    )  # fmt: skip


def price(unit_minutes, unit_amount, **more):
    return PriceFactory.build(
        tariff=TARIFF, unit_minutes=unit_minutes, unit_amount=unit_amount, **more
    )


def tariff_of(prices, reliefs=(), **fields):
    tariff = TariffFactory.build(**fields)
    tariff.prices, tariff.reliefs = prices, reliefs
    return tariff


def amount(prices, *args, day_cap=None, **more):
    return pricing.care_amount(use(*args, **more), tariff_of(prices, day_cap=day_cap))


HALF_HOURS = [price(30, 250)]
BY_RESIDENCY = [
    price(60, 800, domicile=Domicile.RESIDENT),
    price(60, 1300, domicile=Domicile.NON_RESIDENT),
]
TIERS = [price(60, 500), price(30, 250, after_minutes=60), price(30, 400, after_minutes=240)]
STEPS = [
    price(60, 900, to_age=0),
    price(120, 1250, from_age=1),
    price(60, 600, from_age=1, after_minutes=120),
    price(60, 650, from_age=1, after_minutes=180),
    price(60, 800, from_age=1, after_minutes=240),
]
BLOCKS = [price(300, 1500), price(1440, 1500, after_minutes=300)]
BANDS = [
    price(1440, 1500, band_from=dt.time(9), band_to=dt.time(13)),
    price(1440, 1500, band_from=dt.time(13), band_to=dt.time(17)),
]
EARLY = [price(60, 500), price(30, 400, band_from=dt.time(7, 30), band_to=dt.time(8, 30))]
QUOTA = [
    price(60, 300, domicile=Domicile.RESIDENT),
    price(30, 150, domicile=Domicile.RESIDENT, after_minutes=60),
    price(30, 400, domicile=Domicile.RESIDENT, is_beyond_limit=True),
    price(30, 450, domicile=Domicile.NON_RESIDENT),
]


@pytest.mark.parametrize(
    ("end", "expected"),
    [("9:30", 250), ("10:00", 500), ("10:01", 750), ("12:00", 1500), ("17:00", 4000), ("9:00", 0)],
)
def test_a_unit_begun_counts_whole(end, expected):
    assert amount(HALF_HOURS, "9:00", end) == expected


@pytest.mark.parametrize(("is_resident", "expected"), [(True, 2400), (False, 3900)])
def test_residents_and_others(is_resident, expected):
    assert amount(BY_RESIDENCY, "9:00", "12:00", is_resident=is_resident) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("9:30", 500), ("10:00", 500), ("10:01", 750), ("10:30", 750), ("13:00", 2000),
        ("13:01", 2400), ("14:00", 2800), ("17:00", 5200),
    ],
)  # fmt: skip
def test_a_tier_prices_only_what_lies_beyond_it(end, expected):
    assert amount(TIERS, "9:00", end) == expected


@pytest.mark.parametrize(
    ("end", "age", "expected"),
    [
        ("11:00", 0, 1800), ("13:00", 0, 3600), ("10:00", 1, 1250), ("11:00", 1, 1250),
        ("11:30", 1, 1850), ("12:00", 6, 1850), ("13:00", 3, 2500), ("13:01", 3, 3300),
        ("15:00", 3, 4100),
    ],
)  # fmt: skip
def test_a_table_of_steps_that_depends_on_age(end, age, expected):
    assert amount(STEPS, "9:00", end, age) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("9:30", "10:30", 1500), ("9:30", "14:30", 1500), ("9:30", "14:31", 3000),
     ("9:00", "17:00", 3000)],
)  # fmt: skip
def test_half_a_day_and_a_whole_one(start, end, expected):
    assert amount(BLOCKS, start, end) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("9:00", "13:00", 1500), ("11:00", "14:00", 3000), ("9:00", "17:00", 3000),
     ("13:00", "14:00", 1500)],
)  # fmt: skip
def test_a_price_for_a_part_of_the_day(start, end, expected):
    assert amount(BANDS, start, end) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("8:00", "10:00", 400 + 1000), ("7:30", "8:30", 800), ("8:30", "9:30", 500)],
)
def test_minutes_outside_every_band_cost_what_they_cost(start, end, expected):
    assert amount(EARLY, start, end) == expected


@pytest.mark.parametrize(("cap", "expected"), [(3000, 3000), (4000, 4000), (None, 4000)])
def test_a_day_costs_its_cap_at_most(cap, expected):
    assert amount(HALF_HOURS, "9:00", "17:00", day_cap=cap) == expected


@pytest.mark.parametrize(
    ("beyond", "is_resident", "expected"),
    [
        (0, True, 600), (60, True, 300 + 800), (120, True, 1600), (500, True, 1600),
        # For whom the table has no other price beyond it, it doesn't jump.
        (0, False, 1800), (60, False, 1800), (500, False, 1800),
    ],
)  # fmt: skip
def test_the_price_jumps_for_minutes_beyond_a_limit(beyond, is_resident, expected):
    found = amount(QUOTA, "9:00", "11:00", minutes_beyond=beyond, is_resident=is_resident)

    assert found == expected


def test_a_reckoning_names_its_lines():
    found = pricing.lines(use("9:00", "14:00"), TIERS)

    assert [(line.minutes, line.units, line.amount) for line in found] == [
        (60, 1, 500), (180, 6, 1500), (60, 2, 800),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("percent", "care", "expected"),
    [(100, 1500, 1500), (50, 1500, 750), (33, 1000, 330), (50, 825, 413), (20, 300, 60)],
)
def test_what_is_left_of_a_relieved_fee_is_cut_to_whole_yen(percent, care, expected):
    relief = Relief(kind=ReliefKind.SIBLING, percent=percent)

    assert pricing.relief_amount(care, relief) == expected


def test_of_several_reliefs_the_largest_is_granted():
    half, whole = (
        Relief(kind=kind, percent=percent)
        for kind, percent in [(ReliefKind.SIBLING, 50), (ReliefKind.WELFARE, 100)]
    )

    assert pricing.best_relief([ReliefKind.SIBLING, ReliefKind.WELFARE], [half, whole]) is whole
    assert pricing.best_relief([ReliefKind.SIBLING], [half, whole]) is half
    assert pricing.best_relief([ReliefKind.TAX_EXEMPT], [half, whole]) is None
    assert pricing.relief_amount(1500, None) == 0


SIBLING, MULTIPLE = ReliefKind.SIBLING, ReliefKind.MULTIPLE_BIRTH
ELDER, TWIN = dt.date(2022, 6, 1), dt.date(2024, 9, 9)


@pytest.mark.parametrize(
    ("children", "expected"),
    [
        ([(ELDER, 9, 12)], [None]),
        ([(ELDER, 9, 12), (TWIN, 9, 12)], [None, SIBLING]),
        ([(TWIN, 9, 12), (ELDER, 11, 13)], [SIBLING, None]),
        ([(ELDER, 9, 12), (TWIN, 12, 15)], [None, None]),
        ([(TWIN, 9, 12), (TWIN, 9, 12)], [None, MULTIPLE]),
        ([(TWIN, 9, 12), (TWIN, 13, 15)], [None, None]),
        ([(TWIN, 9, 12), (ELDER, 9, 12), (TWIN, 9, 12)], [SIBLING, None, MULTIPLE]),
    ],
    ids=["alone", "two", "partly together", "one after the other", "twins", "twins apart", "three"],
)
def test_brothers_and_sisters_are_relieved_while_they_are_there_together(children, expected):
    uses = [
        dataclasses.replace(use(f"{start}:00", f"{end}:00"), child=uuid.UUID(int=number), born=born)
        for number, (born, start, end) in enumerate(children)
    ]

    assert pricing.sibling_reliefs(uses) == expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], [1000, 500]),
        ([ReliefKind.WELFARE], [0, 0]),
        ([ReliefKind.TAX_EXEMPT], [600, 500]),
        ([ReliefKind.TAX_EXEMPT, ReliefKind.WELFARE], [0, 0]),
    ],
    ids=["none", "welfare", "less than a sibling's", "both"],
)
def test_what_a_household_has_proven_counts_for_each_child(held, expected):
    """The largest alone, beside what follows from who is there together."""
    reliefs = [
        Relief(kind=SIBLING, percent=50),
        Relief(kind=ReliefKind.TAX_EXEMPT, percent=40),
        Relief(kind=ReliefKind.WELFARE, percent=100),
    ]
    tariff = tariff_of(HALF_HOURS, reliefs)
    elder, younger = (
        dataclasses.replace(use("9:00", "11:00"), child=uuid.UUID(int=number), born=born)
        for number, born in enumerate([ELDER, TWIN])
    )

    found = pricing.quotes([(elder, tariff), (younger, tariff)], held=held)

    assert [quote.amount for quote in found] == expected


def test_one_household_is_quoted_together_with_what_it_has_booked():
    half = Relief(kind=SIBLING, percent=50)
    tariff = tariff_of(HALF_HOURS, [half])
    elder = dataclasses.replace(use("9:00", "12:00"), born=ELDER)
    younger = dataclasses.replace(use("9:00", "11:00"), child=uuid.UUID(int=2), born=TWIN)

    alone, together, afterwards = (
        [(quote.care_amount, quote.relief_amount, quote.amount) for quote in quotes]
        for quotes in (
            pricing.quotes([(younger, tariff)]),
            pricing.quotes([(younger, tariff), (elder, tariff)]),
            pricing.quotes([(younger, tariff)], beside=[elder]),
        )
    )

    assert alone == [(1000, 0, 1000)]
    assert together == [(1000, 500, 500), (1500, 0, 1500)]
    assert afterwards == [(1000, 500, 500)]


@pytest.mark.parametrize(
    ("late", "charged", "yen"),
    [(0, 0, 0), (10, 0, 0), (11, 11, 250), (30, 30, 250), (31, 31, 500)],
    ids=["in time", "end of the grace", "a minute beyond", "one unit", "a second unit begun"],
)
def test_overrun_beyond_the_grace_counts_whole(late, charged, yen):
    assert pricing.overrun_minutes(late, TARIFF) == charged
    assert pricing.overrun_amount(late, TARIFF) == yen
