"""The days and half hours that the forms of a family offer."""

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import pgettext

from booking import family, queries
from booking.models import UseRule
from history import clock
from records import dates
from records.models import Facility

# How long a stay the form suggests.
USUAL_STAY = dt.timedelta(hours=3)
Hours = list[tuple[dt.time, dt.time]]


class Offered:
    """The days and half hours that a form offers, each read when it is first asked for."""

    def __init__(self, facility: Facility, asked: Mapping[str, Any], at: dt.datetime) -> None:
        self.facility, self.at = facility, at
        self.asked = dates.parse_day_of_address(asked.get("day", ""))

    @cached_property
    def day(self) -> dt.date:
        """The day asked for in an address or a form, or the first that can be booked."""
        return self.asked or next(iter(self.bookable), clock.local(self.at).date())

    @cached_property
    def bookable(self) -> list[dt.date]:
        return family.days_to_book(self.facility, self.at)

    @cached_property
    def hours(self) -> Hours:
        found = family.half_hours(self.facility, self.day)
        if not found and self.bookable:
            # The day is closed: the hours of another say what the form is about.
            return family.half_hours(self.facility, self.bookable[0])
        return found

    @cached_property
    def days(self) -> list[tuple[str, str]]:
        return choices(self.bookable, self.day)

    def choices(self) -> dict[str, Any]:
        """What a form takes."""
        return {"days": lambda: self.days, "hours": lambda: self.hours}


def initial(day: dt.date, asked: Mapping[str, Any], hours: Hours) -> dict[str, Any]:
    """What a form begins with: the day and the start asked for, and an end some hours later."""
    return {
        "day": day.isoformat(),
        "key": uuid.uuid4(),
        **_times(asked.get("start", ""), asked.get("end", ""), hours),
    }


def choices(days: list[dt.date], asked: dt.date) -> list[tuple[str, str]]:
    """The days to choose from; the one asked for is among them, to be refused in words."""
    return [
        (day.isoformat(), date_format(day, pgettext("date format", "n月j日（D）")))
        for day in sorted({*days, asked})
    ]


def _times(start: str, end: str, hours: Hours) -> dict[str, str]:
    """The start asked for, if the facility is open then, and the end, or one some hours later."""
    starts = [f"{first:%H:%M}" for first, _last in hours]
    if start not in starts:
        return {}
    if end > start and end in [f"{last:%H:%M}" for _first, last in hours]:
        return {"start": start, "end": end}
    slots = int(USUAL_STAY / dt.timedelta(minutes=30))
    _first, usual = hours[min(starts.index(start) + slots, len(hours)) - 1]
    return {"start": start, "end": f"{usual:%H:%M}"}


def rule_of(facility: Facility, day: str, at: dt.datetime) -> UseRule | None:
    """The rules for a day in an address or a form, as of now; None where none are in force."""
    asked = dates.parse_day_of_address(day) or clock.local(at).date()
    return queries.use_rule(asked, clock.local(at).date(), facility.pk)
