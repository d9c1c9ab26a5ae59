"""The one clock. Everything else takes `at` or `on` as a parameter.

Practice and journeys may set the clock off by a file (`AZUKARI_CLOCK_FILE`) that holds a number of
seconds; it is read at every call, so that a running process can be moved to another day.
"""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

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


def _offset() -> float:
    try:
        return float(Path(settings.CLOCK_FILE).read_text())
    except (FileNotFoundError, ValueError):
        return 0.0
