"""The vectors of domain.md 1.5."""

import datetime as dt

import pytest

from records import dates

D = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("born", "years", "expected"),
    [
        ("2024-04-10", 3, "2027-04-09"),
        ("2023-04-03", 3, "2026-04-02"),
        ("2024-02-29", 3, "2027-02-28"),
        ("2024-02-29", 4, "2028-02-28"),
        ("2019-04-01", 6, "2025-03-31"),
    ],
    ids=["usual", "april third", "leap child", "leap child in a leap year", "april first"],
)
def test_age_is_reached_at_the_end_of_the_day_before(born, years, expected):
    assert dates.reaches_age_on(D(born), years) == D(expected)


@pytest.mark.parametrize(
    ("first_day", "months", "expected"),
    [
        ("2026-11-05", 12, "2027-11-04"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-09-30", 1, "2026-10-29"),
    ],
    ids=[
        "usual", "no such day", "such a day again", "short month", "month of 30 days",
        "into a longer month",
    ],
)  # fmt: skip
def test_a_term_ends_the_day_before_or_on_the_last_of_the_month(first_day, months, expected):
    assert dates.last_day_of_term(D(first_day), months) == D(expected)


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ("2019-04-01", "2025-03-31"),
        ("2019-04-02", "2026-03-31"),
        ("2020-04-01", "2026-03-31"),
        ("2020-04-02", "2027-03-31"),
        ("2021-04-01", "2027-03-31"),
        ("2021-04-02", "2028-03-31"),
    ],
)
def test_last_preschool_day(born, expected):
    assert dates.last_preschool_day(D(born)) == D(expected)


@pytest.mark.parametrize("born", ["2025-08-31", "2025-08-30", "2025-08-29", "2025-08-28"])
def test_six_months_end_on_the_last_day_of_a_short_month(born):
    assert dates.is_months_old_from(D(born), 6) == D("2026-02-28")


@pytest.mark.parametrize(("number", "expected"), [(58, "2026-02-27"), (57, "2026-02-26")])
def test_day_of_life_counts_the_day_of_birth(number, expected):
    assert dates.nth_day_of_life(D("2026-01-01"), number) == D(expected)


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        ("2023-04-01", "2026-04-01", 3),
        ("2023-04-02", "2026-04-01", 2),
        ("2023-04-02", "2026-04-02", 2),
        ("2023-04-02", "2027-03-31", 2),
        ("2025-04-02", "2026-04-01", 0),
    ],
)
def test_class_age_is_the_age_on_the_first_of_april(born, day, expected):
    assert dates.class_age_on(D(born), D(day)) == expected


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        ("2024-02-29", "2025-02-27", 0),
        ("2024-02-29", "2025-02-28", 1),
        ("2023-06-15", "2026-06-14", 2),
        ("2023-06-15", "2026-06-15", 3),
    ],
    ids=["leap child, day before", "leap child", "eve of the birthday", "birthday"],
)
def test_age_on_a_day(born, day, expected):
    assert dates.age_on(D(born), D(day)) == expected


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-03-30", 1),
        ("2026-01-31", "2026-03-31", 2),
    ],
)
def test_months_at_the_end_of_a_month(born, day, expected):
    assert dates.months_on(D(born), D(day)) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-31", -1, "2026-02-28"),
        ("2028-03-31", -1, "2028-02-29"),
        ("2026-05-31", -1, "2026-04-30"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", 0, "2026-01-15"),
    ],
)
def test_adding_months_stays_within_the_month(day, months, expected):
    assert dates.add_months(D(day), months) == D(expected)


@pytest.mark.parametrize(
    ("day", "expected"), [("2027-03-31", "令和8年度"), ("2027-04-01", "令和9年度")]
)
def test_fiscal_year_begins_in_april(day, expected):
    assert dates.fiscal_year_label(D(day)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019-04-30", "平成31年4月30日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2026-11-05", "令和8年11月5日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1989-01-08", "平成元年1月8日"),
    ],
)
def test_era_dates(day, expected):
    assert dates.era_date(D(day)) == expected


def test_fiscal_year_of_the_change_of_era_has_one_name():
    assert dates.fiscal_year_label(D("2019-04-01")) == "令和元年度"


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-20", "2025年10月20日", "2025/10/20", "2025.10.20", "令和7年10月20日", "R7.10.20",
        "r7/10/20", "２０２５－１０－２０", " 令和 7 年 10 月 20 日 ",
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(text):
    assert dates.parse_date(text) == D("2025-10-20")


def test_the_first_year_of_an_era_is_read():
    assert dates.parse_date("令和元年5月1日") == D("2019-05-01")


@pytest.mark.parametrize(
    "text", ["", "昨日", "2025-02-30", "平成40年1月1日", "令和元年4月30日", "R0.1.1", "2025-13-01"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        dates.parse_date(text)
