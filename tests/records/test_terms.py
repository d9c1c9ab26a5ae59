import datetime as dt

import pytest

from records.enums import DayOf, Validity
from records.models import RegistrationRule
from records.terms import term_from

D = dt.date.fromisoformat
RULE = RegistrationRule(months=12, renewal_opens_months_before=3)


@pytest.mark.parametrize(
    ("first_day", "born", "expires", "opens"),
    [
        ("2026-11-05", "2024-06-01", "2027-11-04", "2027-08-04"),
        ("2026-04-01", "2024-06-01", "2027-03-31", "2026-12-31"),
        ("2024-02-29", "2022-06-01", "2025-02-28", "2024-11-28"),
        ("2028-02-29", "2026-06-01", "2029-02-28", "2028-11-28"),
        ("2026-11-05", "2020-06-01", "2027-03-31", "2026-12-31"),
        ("2027-02-10", "2020-06-01", "2027-03-31", "2027-02-10"),
    ],
    ids=[
        "a year", "fiscal year", "from 29 February", "from 29 February 2028", "cut by school",
        "shorter than the renewal window",
    ],
)  # fmt: skip
def test_term_and_renewal_window(first_day, born, expires, opens):
    term = term_from(D(first_day), RULE, born=D(born))

    assert term.expires_on == D(expires)
    assert term.renewal_opens_on == D(opens)
    assert term.renewal_closes_on == term.expires_on


@pytest.mark.parametrize(
    ("first_day", "expires"),
    [("2026-04-01", "2027-03-31"), ("2027-03-31", "2027-03-31"), ("2026-11-05", "2027-03-31")],
)
def test_a_registration_may_end_with_the_fiscal_year(first_day, expires):
    rule = RegistrationRule(validity=Validity.FISCAL_YEAR, renewal_opens_months_before=1)

    assert term_from(D(first_day), rule, born=D("2024-06-01")).expires_on == D(expires)


@pytest.mark.parametrize(
    ("first_day", "days", "weekdays_only", "expected"),
    [
        ("2026-11-05", 0, False, "2026-11-05"),
        ("2026-11-05", 1, False, "2026-11-06"),
        ("2026-11-05", 5, True, "2026-11-12"),
        ("2026-11-06", 1, True, "2026-11-09"),
        # 23 November is a public holiday.
        ("2026-11-20", 1, True, "2026-11-24"),
    ],
)
def test_some_days_pass_after_a_registration(first_day, days, weekdays_only, expected):
    rule = RegistrationRule(
        months=12, renewal_opens_months_before=3, wait_days=days, wait_weekdays_only=weekdays_only
    )

    term = term_from(D(first_day), rule, born=D("2024-06-01"))
    rule.wait_applies_by = DayOf.BOOKING
    by_booking = term_from(D(first_day), rule, born=D("2024-06-01"))

    assert (term.usable_from, term.bookable_from) == (D(expected), D(first_day))
    assert (by_booking.usable_from, by_booking.bookable_from) == (D(first_day), D(expected))
