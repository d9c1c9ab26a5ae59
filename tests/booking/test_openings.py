"""Hours, seasons and public holidays: which pattern holds on a day."""

import datetime as dt

import jpholiday
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from booking.models.opening import Weekday
from booking.openings import pattern_on
from records.violations import constraint_of
from tests.factories.booking import OpeningPatternFactory

D = dt.date.fromisoformat
# As the Cabinet Office announced them (国民の祝日について), substitutes and days between included.
ANNOUNCED = {
    2019: "01-01 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-04 05-05 05-06 07-15 08-11"
    " 08-12 09-16 09-23 10-14 10-22 11-03 11-04 11-23",
    2024: "01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12"
    " 09-16 09-22 09-23 10-14 11-03 11-04 11-23",
    2025: "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 09-15"
    " 09-23 10-13 11-03 11-23 11-24",
    2026: "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22"
    " 09-23 10-12 11-03 11-23",
    2027: "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23"
    " 10-11 11-03 11-23",
}


@pytest.mark.parametrize("year", ANNOUNCED)
def test_public_holidays_are_those_announced(year):
    days = [D(f"{year}-01-01") + dt.timedelta(days=number) for number in range(365)]

    found = [day.isoformat()[5:] for day in days if jpholiday.is_holiday(day)]

    assert " ".join(found) == ANNOUNCED[year]


def pattern(**fields):
    return OpeningPatternFactory.build(
        facility=None, valid_from=D("2020-04-01"), valid_to=None, **fields
    )


MONDAY = pattern()
HOLIDAY = pattern(weekday=Weekday.HOLIDAY, closes_at=dt.time(12))
CLOSED = pattern(weekday=Weekday.HOLIDAY, is_closed=True)
SUMMER = pattern(first_month=5, last_month=2)
SPRING = pattern(first_month=3, last_month=4, opens_at=dt.time(10))


@pytest.mark.parametrize(
    ("day", "patterns", "expected"),
    [
        ("2026-11-16", [MONDAY], MONDAY),
        ("2026-11-17", [MONDAY], None),
        ("2026-11-23", [MONDAY], MONDAY),
        ("2026-11-23", [MONDAY, HOLIDAY], HOLIDAY),
        ("2026-11-23", [MONDAY, CLOSED], None),
        ("2026-11-16", [MONDAY, CLOSED], MONDAY),
        ("2026-05-06", [HOLIDAY], HOLIDAY),
        ("2026-11-16", [SUMMER, SPRING], SUMMER),
        ("2027-02-22", [SUMMER, SPRING], SUMMER),
        ("2027-03-01", [SUMMER, SPRING], SPRING),
        ("2027-03-01", [SUMMER], None),
        ("2020-03-30", [MONDAY], None),
        ("2026-11-16", [pattern(is_closed=True)], None),
    ],
    ids=[
        "its weekday", "another weekday", "a holiday without a pattern", "a holiday of its own",
        "closed on holidays", "an ordinary Monday", "a holiday on a day that is closed",
        "season", "season over the turn of the year", "the other season", "out of season",
        "before it began", "closed weekday",
    ],
)  # fmt: skip
def test_the_pattern_of_a_day(day, patterns, expected):
    assert pattern_on(D(day), patterns) is expected


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [(3, 4, False), (2, 4, True), (4, 5, True), (12, 1, True), (3, 3, False), (1, 12, True)],
)
def test_seasons_of_one_weekday_do_not_overlap(database, first, last, refused):
    """Beside the one from May to February."""
    OpeningPatternFactory.create(first_month=5, last_month=2)
    other = OpeningPatternFactory.build(first_month=first, last_month=last)
    other.facility = OpeningPatternFactory._meta.model.objects.first().facility

    if not refused:
        other.full_clean()
        other.save()
        return
    with pytest.raises(ValidationError):
        other.full_clean()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        other.save()
    assert constraint_of(error.value) == "opening_pattern_versions_apart"
