import pytest

from booking import pricing
from tests.factories.booking import TariffFactory

TARIFF = TariffFactory.build()


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(30, 250), (60, 500), (61, 750), (180, 1500), (480, 4000), (0, 0)],
)
def test_a_unit_begun_counts_whole(minutes, expected):
    assert pricing.care_amount(minutes, TARIFF) == expected


@pytest.mark.parametrize(
    ("late", "charged", "yen"),
    [(0, 0, 0), (10, 0, 0), (11, 11, 250), (30, 30, 250), (31, 31, 500)],
    ids=["in time", "end of the grace", "a minute beyond", "one unit", "a second unit begun"],
)
def test_overrun_beyond_the_grace_counts_whole(late, charged, yen):
    assert pricing.overrun_minutes(late, TARIFF) == charged
    assert pricing.overrun_amount(late, TARIFF) == yen
