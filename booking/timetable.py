"""When a facility is open and when a day of use can be booked. Pure: no queries, no clock."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from booking.models import UseRule
from booking.models.slot import MINUTES
from history import clock
from records import dates

# 年末年始: the last days of December and the first of January.
YEAR_END = ((12, 29), (1, 3))


def half_hours(
    day: dt.date, opens_at: dt.time, closes_at: dt.time
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The half hours `[start, end)` of a day that fit between opening and closing."""
    start, end = clock.at(day, opens_at), clock.at(day, closes_at)
    step = dt.timedelta(minutes=MINUTES)
    while start + step <= end:
        yield start, start + step
        start += step


def is_year_end(day: dt.date) -> bool:
    """Whether a day lies in 年末年始."""
    first, last = YEAR_END
    return (day.month, day.day) >= first or (day.month, day.day) <= last


def bookable_from(day: dt.date, rule: UseRule) -> dt.datetime:
    """The moment from which a day of use can be booked.

    "One month before" of a day that the earlier month lacks is that month's last day, so several
    days may open at once.
    """
    return clock.at(dates.add_months(day, -rule.window_months), rule.window_opens_at)


def bookable_until(day: dt.date, rule: UseRule) -> dt.datetime:
    """The moment from which a day of use can't be booked by parents any more."""
    return clock.at(day - dt.timedelta(days=rule.cut_off_days), rule.cut_off_at)


def free_cancel_until(day: dt.date, rule: UseRule) -> dt.datetime:
    """The moment from which cancelling costs."""
    return clock.at(day - dt.timedelta(days=rule.free_cancel_days), rule.free_cancel_until)


def rule_on(day: dt.date, versions: Iterable[UseRule]) -> UseRule | None:
    """The version in force on a day."""
    return next(
        (
            rule
            for rule in versions
            if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
        ),
        None,
    )


def is_bookable(day: dt.date, rule: UseRule | None, at: dt.datetime) -> bool:
    """Whether parents can book a day of use at a moment, by the rule of that day."""
    return rule is not None and bookable_from(day, rule) <= at < bookable_until(day, rule)


def last_bookable_day(at: dt.datetime, versions: Sequence[UseRule]) -> dt.date:
    """The latest day of use that has opened for booking at a moment, each by its own rule.

    Today when none has.
    """
    today = clock.local(at).date()
    longest = max((rule.window_months for rule in versions), default=0)
    # Two days may share the opening; look a little further, then go back to the last open one.
    day = dates.add_months(today, longest) + dt.timedelta(days=3)
    while day > today:
        rule = rule_on(day, versions)
        if rule is not None and bookable_from(day, rule) <= at:
            return day
        day -= dt.timedelta(days=1)
    return today
