"""When backups are due, when one is missing, and which are kept. Pure: moments in, answers out."""

import datetime as dt
from collections.abc import Iterable

from history import clock

# Twice a day (source document 結合7 相手方(3)), on Tokyo's wall clock.
TIMES = (dt.time(2, 30), dt.time(14, 30))
# What a run may take, with its second tries, before it counts as missed.
GRACE = dt.timedelta(hours=1)
ALL_KEPT = dt.timedelta(days=14)
# The first of each month stays for so many months.
MONTHS_KEPT = 12


def last_due(at: dt.datetime) -> dt.datetime:
    """The newest moment up to `at` at which a backup was due."""
    today = clock.local(at).date()
    due = [clock.at(day, time) for day in (today - dt.timedelta(days=1), today) for time in TIMES]
    return max(moment for moment in due if moment <= at)


def next_due(at: dt.datetime) -> dt.datetime:
    today = clock.local(at).date()
    due = [clock.at(day, time) for day in (today, today + dt.timedelta(days=1)) for time in TIMES]
    return min(moment for moment in due if moment > at)


def is_missed(newest: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether the one that is due is not there; `newest` is when the last good one began."""
    return newest is None or newest < last_due(at - GRACE)


def kept(moments: Iterable[dt.datetime], at: dt.datetime) -> set[dt.datetime]:
    """Those that stay: all of 14 days, then the first of each month, and always the newest."""
    ordered = sorted(moments)
    firsts: dict[tuple[int, int], dt.datetime] = {}
    for moment in ordered:
        firsts.setdefault(_month(moment), moment)
    oldest = clock.local(at).year * 12 + clock.local(at).month - MONTHS_KEPT
    monthly = {moment for (year, month), moment in firsts.items() if year * 12 + month >= oldest}
    recent = {moment for moment in ordered if at - moment < ALL_KEPT}
    return monthly | recent | set(ordered[-1:])


def _month(moment: dt.datetime) -> tuple[int, int]:
    day = clock.local(moment)
    return day.year, day.month
