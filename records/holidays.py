"""Public holidays (国民の祝日に関する法律), computed from the law as it stands since 2022. Pure.

Equinoxes follow the National Astronomical Observatory's approximation, right from 1980 to 2099;
what the Cabinet announces in February of the year before may differ, and is what counts.
"""

import calendar
import datetime as dt

ONE_DAY = dt.timedelta(days=1)
FIXED = {
    (1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23),
}  # fmt: skip
# Month: which Monday of it.
MONDAYS = {1: 2, 7: 3, 9: 3, 10: 2}


def is_public_holiday(day: dt.date) -> bool:
    """Whether a day is a public holiday, the substitute (振替休日) and the day between included."""
    return _is_named(day) or _is_substitute(day) or _is_between(day)


def _is_named(day: dt.date) -> bool:
    if (day.month, day.day) in FIXED:
        return True
    if day.weekday() == calendar.MONDAY and (day.day + 6) // 7 == MONDAYS.get(day.month):
        return True
    return day.month in (3, 9) and day.day == _equinox(day.year, day.month)


def _equinox(year: int, month: int) -> int:
    base = 20.8431 if month == 3 else 23.2488
    return int(base + 0.242194 * (year - 1980) - (year - 1980) // 4)


def _is_substitute(day: dt.date) -> bool:
    """第3条第2項: a holiday on a Sunday moves on to the next day that is none."""
    earlier = day - ONE_DAY
    while _is_named(earlier):
        if earlier.weekday() == calendar.SUNDAY:
            return not _is_named(day)
        earlier -= ONE_DAY
    return False


def _is_between(day: dt.date) -> bool:
    """第3条第3項: a day between two holidays is one."""
    return not _is_named(day) and _is_named(day - ONE_DAY) and _is_named(day + ONE_DAY)
