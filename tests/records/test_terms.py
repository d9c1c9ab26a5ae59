import datetime as dt

import pytest

from records.terms import term_from

D = dt.date.fromisoformat


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
    term = term_from(D(first_day), months=12, renewal_opens_months_before=3, born=D(born))

    assert term.expires_on == D(expires)
    assert term.renewal_opens_on == D(opens)
    assert term.renewal_closes_on == term.expires_on
