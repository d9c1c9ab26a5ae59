"""The one clock. Everything else takes `at` or `on` as a parameter.

Practice and journeys may set the clock off by a file (`AZUKARI_CLOCK_FILE`) that holds a number of
seconds; it is read at every call, so that a running process can be moved to another day.
"""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> dt.datetime:
    """The present moment, aware, in Tokyo's time."""
    moment = dt.datetime.now(TOKYO)
    if settings.CLOCK_FILE:
        moment += dt.timedelta(seconds=_offset())
    return moment


def today() -> dt.date:
    """The present day in Tokyo."""
    return now().date()


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """The moment of a wall-clock time in Tokyo."""
    return dt.datetime.combine(day, time, tzinfo=TOKYO)


def local(moment: dt.datetime) -> dt.datetime:
    """The same moment on Tokyo's wall clock."""
    return moment.astimezone(TOKYO)


def written(moment: dt.datetime) -> str:
    """2026年11月28日（土）9:00, on Tokyo's wall clock and in the language in force."""
    return formats.date_format(local(moment), "DATETIME_FORMAT")


def is_endless(moment: dt.datetime) -> bool:
    """Whether a moment stands for no end: what has none yet ends in the year 2999."""
    return local(moment).year >= 2999


def _offset() -> float:
    try:
        return float(Path(settings.CLOCK_FILE).read_text())
    except (FileNotFoundError, ValueError):
        return 0.0
