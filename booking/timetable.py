"""When a facility is open and when a day of use can be booked. Pure: no queries, no clock."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

from booking import versions
from booking.enums_rules import Counting, IfClosed, WindowKind
from booking.models import ReleaseDay, SessionBlock, UseRule
from booking.models.slot import MINUTES
from history import clock
from records import dates

# Whether care is offered on a day; asked where a rule counts days of opening.
IsOpen = Callable[[dt.date], bool]
# So many days in a row without care are no pause any more: counting stops there.
LONGEST_PAUSE = 60
ONE_DAY = dt.timedelta(days=1)
# How far ahead a window without an end of its own is looked at.
FURTHEST_MONTHS = 6

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


def is_on_step(time: dt.time, step: int) -> bool:
    """Whether a time lies on a clock that goes by so many minutes."""
    return (time.hour * 60 + time.minute) % step == 0


def are_whole_blocks(blocks: Sequence[SessionBlock], start: dt.time, end: dt.time) -> bool:
    """Whether `[start, end)` is one fixed block, or several that follow each other."""
    in_order = sorted(blocks, key=lambda block: block.starts_at)
    starts = [block.starts_at for block in in_order]
    ends = [block.ends_at for block in in_order]
    return start in starts and end in ends and starts.index(start) <= ends.index(end)


def every_day(day: dt.date) -> bool:
    """A calendar without a day off."""
    return True


def needs_calendar(rule: UseRule) -> bool:
    """Whether the window of a rule depends on the days on which the facility is open."""
    counted = {rule.cut_off_counts}
    if rule.phone_cut_off_days is not None:
        counted.add(rule.phone_cut_off_counts)
    return rule.if_closed != IfClosed.NONE or counted != {Counting.CALENDAR}


def bookable_from(
    day: dt.date,
    rule: UseRule,
    *,
    born: dt.date | None = None,
    by_phone: bool = False,
    is_open: IsOpen = every_day,
) -> dt.datetime | None:
    """The moment from which a day of use can be booked; None where no moment is set.

    "One month before" of a day that the earlier month lacks is that month's last day, so several
    days may open at once. For a child born on a day the window may open earlier.
    """
    opens_on = _opening_day(day, rule, born)
    if opens_on is None:
        return None
    time = rule.phone_opens_at if by_phone and rule.phone_opens_at else rule.opens_at
    return clock.at(_shifted(opens_on, IfClosed(rule.if_closed), is_open), time)


def bookable_until(
    day: dt.date, rule: UseRule, *, by_phone: bool = False, is_open: IsOpen = every_day
) -> dt.datetime | None:
    """The moment from which a day of use can't be booked any more; None: until the use begins."""
    if not by_phone:
        last = _days_before(day, rule.cut_off_days, Counting(rule.cut_off_counts), is_open)
        return clock.at(last, rule.cut_off_at)
    if rule.phone_cut_off_days is None or rule.phone_cut_off_at is None:
        return None
    counting = Counting(rule.phone_cut_off_counts)
    last = _days_before(day, rule.phone_cut_off_days, counting, is_open)
    return clock.at(last, rule.phone_cut_off_at)


def is_bookable(
    day: dt.date, rule: UseRule | None, at: dt.datetime, *, is_open: IsOpen = every_day
) -> bool:
    """Whether parents can book a day of use at a moment, by the rule of that day."""
    if rule is None:
        return False
    opens = bookable_from(day, rule, is_open=is_open)
    closes = bookable_until(day, rule, is_open=is_open)
    return opens is not None and opens <= at and (closes is None or at < closes)


def last_bookable_day(
    at: dt.datetime, lines: Iterable[UseRule], facility_id: int | None = None
) -> dt.date:
    """The latest day of use that has opened for booking at a moment, each by its own rule.

    Of a facility, or of all where none is named. Today when none has.
    """
    today = clock.local(at).date()
    known = list(lines)
    places = {facility_id} if facility_id else {rule.facility_id for rule in known} | {None}
    # Two days may share the opening; look a little further, then go back to the last open one.
    day = horizon(today, known) + dt.timedelta(days=3)
    while day > today:
        for place in places:
            rule = versions.in_force(known, place, day, today)
            opens = bookable_from(day, rule) if rule else None
            if opens is not None and opens <= at:
                return day
        day -= ONE_DAY
    return today


def horizon(today: dt.date, lines: Iterable[UseRule]) -> dt.date:
    """No later day of use is open for booking by any of these rules; today where there are none."""
    return max((_horizon(rule, today) for rule in lines), default=today)


def _opening_day(day: dt.date, rule: UseRule, born: dt.date | None) -> dt.date | None:
    opens_on = _usual_opening_day(day, rule)
    months, under = rule.early_window_months, rule.early_under_months
    if born is None or months is None or under is None or dates.months_on(born, day) >= under:
        return opens_on
    early = dates.add_months(day, -months)
    return early if opens_on is None else min(opens_on, early)


def _usual_opening_day(day: dt.date, rule: UseRule) -> dt.date | None:
    match rule.window_kind:
        case WindowKind.MONTHS:
            return dates.add_months(day, -rule.window_count)
        case WindowKind.DAYS:
            return day - dt.timedelta(days=rule.window_count)
        case WindowKind.DATE:
            return rule.opens_on
    found = [line for line in rule.release_days if line.first <= day.day <= line.last]
    return min((_release_day(day, line) for line in found), default=None)


def _release_day(day: dt.date, line: ReleaseDay) -> dt.date:
    return dates.day_of_month(dates.add_months(day.replace(day=1), -line.months_before), line.day)


def _shifted(day: dt.date, if_closed: IfClosed, is_open: IsOpen) -> dt.date:
    if if_closed == IfClosed.NONE:
        return day
    step = ONE_DAY if if_closed == IfClosed.NEXT else -ONE_DAY
    return _nearest_open(day, step, is_open)


def _nearest_open(day: dt.date, step: dt.timedelta, is_open: IsOpen) -> dt.date:
    """The day itself if it is open, or the next one in that direction, within a pause."""
    for distance in range(LONGEST_PAUSE):
        if is_open(day + step * distance):
            return day + step * distance
    return day


def _days_before(day: dt.date, count: int, counting: Counting, is_open: IsOpen) -> dt.date:
    if counting == Counting.OPEN_DAYS:
        for _each in range(count):
            day = _nearest_open(day - ONE_DAY, -ONE_DAY, is_open)
        return day
    day -= dt.timedelta(days=count)
    return _nearest_open(day, -ONE_DAY, is_open) if counting != Counting.CALENDAR else day


def _horizon(rule: UseRule, today: dt.date) -> dt.date:
    """No day of use beyond it has opened today by this rule."""
    match rule.window_kind:
        case WindowKind.MONTHS:
            months = max(rule.window_count, rule.early_window_months or 0)
        case WindowKind.DAYS:
            months = max(rule.window_count // 28 + 1, rule.early_window_months or 0)
        case WindowKind.CALENDAR:
            months = max((line.months_before for line in rule.release_days), default=0) + 1
            months = max(months, rule.early_window_months or 0)
        case _:
            # From a date on: as far ahead as there are half hours.
            months = FURTHEST_MONTHS
    return dates.add_months(today, months)
