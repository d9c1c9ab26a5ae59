"""Which hours of opening hold on a day. Pure: rows in, one row or None out."""

import datetime as dt
from collections.abc import Iterable

import jpholiday

from booking.models import OpeningPattern
from booking.models.opening import Weekday


def pattern_on(day: dt.date, patterns: Iterable[OpeningPattern]) -> OpeningPattern | None:
    """The pattern of one facility that holds on a day; None when it is closed.

    On a public holiday that of holidays, where there is one in force; else that of the weekday.
    """
    found = {pattern.weekday: pattern for pattern in patterns if pattern.is_in_force(day)}
    chosen = found.get(Weekday(day.weekday()))
    if jpholiday.is_holiday(day):
        chosen = found.get(Weekday.HOLIDAY, chosen)
    return None if chosen is None or chosen.is_closed else chosen
