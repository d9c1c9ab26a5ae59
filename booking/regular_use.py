"""定期利用: the same hours on a weekday for a term, entered by staff for one family.

A term is a request with a booking for each day; there is no row of its own.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator

import jpholiday

from booking.actions import bookings
from booking.actions.bookings import Wish
from booking.callers import Caller
from booking.enums import Channel
from booking.refusals import BookingRefused, Reason
from history import clock
from records.models import Facility

ONE_WEEK = dt.timedelta(weeks=1)
# Half a fiscal year; more is a slip.
LONGEST = dt.timedelta(weeks=27)


def days_of(weekday: int, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Those on a weekday (Monday is 0) from the first to the last day, both included."""
    day = first + dt.timedelta(days=(weekday - first.weekday()) % 7)
    while day <= last:
        yield day
        day += ONE_WEEK


@dataclasses.dataclass(frozen=True, kw_only=True)
class RegularUse:
    """Hours on one weekday at a facility, on the days from the first to the last."""

    caller: Caller
    facility: Facility
    weekday: int
    start: dt.time
    end: dt.time
    first: dt.date
    last: dt.date

    def wish(self, day: dt.date) -> Wish:
        start, end = clock.at(day, self.start), clock.at(day, self.end)
        return Wish(self.caller.child, self.facility, start, end, caller=self.caller)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Day:
    """A day of a term: it can be booked, or why not. What `is_skipped` is not asked for at all:
    the facility is closed, or the day isn't open for booking yet."""

    day: dt.date
    wish: Wish
    refusal: BookingRefused | None
    holiday: str = ""

    @property
    def is_skipped(self) -> bool:
        return self.refusal is not None and self.refusal.kind in (
            Reason.CLOSED, Reason.NOT_OPEN_YET,
        )  # fmt: skip


def preview(wanted: RegularUse, *, at: dt.datetime, channel: Channel, by_center: bool) -> list[Day]:
    """Each day of a term with what would become of it, asked as booking itself asks; one beside
    the other, as limits count them."""
    found: list[Day] = []
    for day in days_of(wanted.weekday, wanted.first, wanted.last):
        wish = wanted.wish(day)
        refusal = None
        try:
            bookings.check(
                wish,
                at=at,
                channel=channel,
                by_center=by_center,
                beside=[each.wish for each in found if not each.refusal],
            )
        except BookingRefused as refused:
            refusal = refused
        found.append(
            Day(day=day, wish=wish, refusal=refusal, holiday=jpholiday.is_holiday_name(day) or "")
        )
    return found


def wishes(days: Iterable[Day]) -> list[Wish]:
    """What is asked for: the days on which the facility is open and takes bookings."""
    return [each.wish for each in days if not each.is_skipped]
