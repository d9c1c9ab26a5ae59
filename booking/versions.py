"""Which version of a rule holds for a booking. Pure: versions and days in, a version out."""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar

from records.enums import DayOf

ONE_DAY = dt.timedelta(days=1)


class Version(Protocol):
    """A dated row of a line: `facility_id` names the facility, or None for the whole ward."""

    facility_id: int | None
    valid_from: dt.date
    valid_to: dt.date | None
    applies_by: str


V = TypeVar("V", bound=Version)


def in_force(
    versions: Iterable[V], facility_id: int | None, day: dt.date, booked_on: dt.date
) -> V | None:
    """The version for a day of use that is booked on a day; None where none holds.

    A facility's own line stands in the place of the ward's, on the days for which it has a version.
    Each version says by which day it follows the one before it: a booking made in March for April
    keeps the old version if the new one, from 1 April, counts by the day of booking.
    """
    known = list(versions)
    own = [each for each in known if each.facility_id is not None]
    found = None
    if facility_id is not None:
        found = _of_line([v for v in own if v.facility_id == facility_id], day, booked_on)
    if found is not None:
        return found
    return _of_line([v for v in known if v.facility_id is None], day, booked_on)


def _of_line(line: list[V], day: dt.date, booked_on: dt.date) -> V | None:
    newer: V | None = None
    for version in sorted(line, key=lambda each: each.valid_from, reverse=True):
        key = booked_on if version.applies_by == DayOf.BOOKING else day
        if key >= version.valid_from:
            return None if _has_ended(version, newer, day) else version
        newer = version
    return None


def _has_ended(version: Version, newer: Version | None, day: dt.date) -> bool:
    """An end counts only where nothing follows: otherwise the newer version says when it begins."""
    if version.valid_to is None or day <= version.valid_to:
        return False
    return newer is None or newer.valid_from > version.valid_to + ONE_DAY
