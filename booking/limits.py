"""How much of the service may be used in a span of time. Pure: uses in, a broken limit out."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable

from booking.enums_rules import Measure, Span, Subject
from booking.models import UseLimit
from history import clock
from records import dates

ONE_DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stay:
    """A child at a facility in `[starts_at, ends_at)`, booked or asked for."""

    child: uuid.UUID
    facility: int
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def day(self) -> dt.date:
        return clock.local(self.starts_at).date()

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


def broken(
    limits: Iterable[UseLimit], wish: Stay, others: Iterable[Stay], at: dt.datetime
) -> UseLimit | None:
    """The first limit that refuses a wish beside the other uses of its household at a moment."""
    known = list(others)
    for limit in limits:
        if not limit.is_soft and used(limit, wish, known, at) > limit.most:
            return limit
    return None


def minutes_above(
    limits: Iterable[UseLimit], wish: Stay, others: Iterable[Stay], at: dt.datetime
) -> int:
    """How many minutes of a wish lie beyond a limit that changes the price; at most all of them."""
    known = list(others)
    above = (used(each, wish, known, at) - each.most for each in limits if each.is_soft)
    return max(0, min(wish.minutes, max(above, default=0)))


def used(limit: UseLimit, wish: Stay, others: Iterable[Stay], at: dt.datetime) -> int:
    """What a limit counts once a wish is granted, in its own measure: uses, minutes or days."""
    counted = [wish, *(each for each in others if _counts(limit, wish, each, at))]
    if limit.span == Span.CONSECUTIVE:
        return _days_in_a_row({each.day for each in counted}, wish.day)
    match limit.measure:
        case Measure.MINUTES:
            return sum(each.minutes for each in counted)
        case Measure.DAYS:
            return len({each.day for each in counted})
    return len(counted)


def days_of_interest(
    limits: Iterable[UseLimit], day: dt.date, today: dt.date
) -> tuple[dt.date, dt.date | None] | None:
    """The first and the last day whose uses matter for a wish on a day; the end may be open.

    None where there is no limit.
    """
    reaches = [(today, None) if each.span == Span.AHEAD else _reach(each, day) for each in limits]
    if not reaches:
        return None
    lasts = [last for _first, last in reaches if last is not None]
    is_open = len(lasts) < len(reaches)
    return min(first for first, _last in reaches), None if is_open else max(lasts)


def _counts(limit: UseLimit, wish: Stay, other: Stay, at: dt.datetime) -> bool:
    if limit.subject == Subject.CHILD and other.child != wish.child:
        return False
    if limit.is_here_only and other.facility != wish.facility:
        return False
    if limit.span == Span.AHEAD:
        return other.starts_at > at
    first, last = _reach(limit, wish.day)
    return first <= other.day <= last


def _reach(limit: UseLimit, day: dt.date) -> tuple[dt.date, dt.date]:
    """The days, both included, among which a limit counts those of a wish on a day."""
    match limit.span:
        case Span.DAY:
            return day, day
        case Span.WEEK:
            monday = day - day.weekday() * ONE_DAY
            return monday, monday + 6 * ONE_DAY
        case Span.MONTH:
            return day.replace(day=1), dates.day_of_month(day, 31)
        case Span.FISCAL_YEAR:
            year = dates.fiscal_year(day)
            return dt.date(year, 4, 1), dt.date(year + 1, 3, 31)
    # In a row: further away than the limit itself nothing matters.
    return day - limit.most * ONE_DAY, day + limit.most * ONE_DAY


def _days_in_a_row(days: set[dt.date], day: dt.date) -> int:
    first = last = day
    while first - ONE_DAY in days:
        first -= ONE_DAY
    while last + ONE_DAY in days:
        last += ONE_DAY
    return (last - first).days + 1
