"""Ages, fiscal years and eras. Pure: days in, days and numbers out.

By law (年齢計算ニ関スル法律) an age is reached at the end of the day before the birthday; a month
without the day ends on its last day (民法第143条).
"""

import calendar
import datetime as dt
import re
import unicodedata

# The eras in which a date of this system can lie.
ERAS = (
    ("令和", dt.date(2019, 5, 1)),
    ("平成", dt.date(1989, 1, 8)),
    ("昭和", dt.date(1926, 12, 25)),
)
_WRITTEN_ERA = re.compile(
    r"^(令和|平成|昭和|[RHS])(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?$"
)
_WRITTEN_YEAR = re.compile(r"^(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?$")
_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
WEEKDAYS = "月火水木金土日"
# What pages show: bookings and changes, never a day of birth.
FIRST_YEAR, LAST_YEAR = 2000, 2099


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def day_of_month(month: dt.date, number: int) -> dt.date:
    """The n-th day of the month in which a day lies, or that month's last day."""
    return month.replace(day=min(number, calendar.monthrange(month.year, month.month)[1]))


def last_day_of_term(first_day: dt.date, months: int) -> dt.date:
    """The last day of a term of so many months that begins with a day (民法第143条第2項)."""
    corresponding = add_months(first_day, months)
    # Without such a day the month's last day is the end of the term itself.
    if corresponding.day != first_day.day:
        return corresponding
    return corresponding - dt.timedelta(days=1)


def reaches_age_on(born: dt.date, years: int) -> dt.date:
    """The day at whose end an age in full years is reached."""
    return last_day_of_term(born, 12 * years)


def is_months_old_from(born: dt.date, months: int) -> dt.date:
    """The first day on which a child counts as so many months old."""
    return add_months(born, months)


def nth_day_of_life(born: dt.date, number: int) -> dt.date:
    """The n-th day of life, the day of birth being the first."""
    return born + dt.timedelta(days=number - 1)


def age_on(born: dt.date, day: dt.date) -> int:
    """Full years on a day."""
    return months_on(born, day) // 12


def months_on(born: dt.date, day: dt.date) -> int:
    """Full months on a day."""
    months = (day.year - born.year) * 12 + day.month - born.month
    return months if add_months(born, months) <= day else months - 1


def fiscal_year(day: dt.date) -> int:
    """The year in which the fiscal year of a day began; it begins on 1 April."""
    return day.year if day.month >= 4 else day.year - 1


def class_age_on(born: dt.date, day: dt.date) -> int:
    """The class of the fiscal year (4月1日時点): born on 1 April counts with the year before."""
    return age_on(born, dt.date(fiscal_year(day), 4, 1))


def last_preschool_day(born: dt.date) -> dt.date:
    """The last day before school: 31 March of the fiscal year in which the child reaches six."""
    sixth = reaches_age_on(born, 6)
    return dt.date(fiscal_year(sixth) + 1, 3, 31)


def era_year(day: dt.date) -> str:
    """令和元年, 令和8年."""
    for name, first in ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年"
    return f"{day.year}年"


def era_date(day: dt.date) -> str:
    """令和8年11月5日."""
    return f"{era_year(day)}{day.month}月{day.day}日"


def fiscal_year_label(day: dt.date) -> str:
    """令和8年度."""
    return f"{era_year(dt.date(fiscal_year(day), 5, 1))}度"


def is_in_reach(day: dt.date) -> bool:
    """Whether a day lies in the years that pages show; the ends of the calendar have no beyond."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def parse_day_of_address(text: str) -> dt.date | None:
    """The day that an address names as 2025-10-20; None when it is none, or out of reach."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_in_reach(day) else None


def parse_date(text: str) -> dt.date:
    """A day as people write it: 2025-10-20, 2025年10月20日, 令和7年10月20日, R7.10.20.

    Raises ValueError when it is none, or lies outside of its era.
    """
    written = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if match := _WRITTEN_YEAR.match(written):
        year, month, day = (int(part) for part in match.groups())
        return dt.date(year, month, day)
    if match := _WRITTEN_ERA.match(written.upper()):
        letter, year_text, month_text, day_text = match.groups()
        name = _LETTERS.get(letter, letter)
        first = dict(ERAS)[name]
        year = first.year - 1 + (1 if year_text == "元" else int(year_text))
        found = dt.date(year, int(month_text), int(day_text))
        if era_year(found)[:2] != name:
            raise ValueError(f"{text} is not in {name}")
        return found
    raise ValueError(f"not a date: {text}")
