"""紙の台帳から: what stood on paper is entered before anybody else can book the day (ADR 0076)."""

import datetime as dt

from booking import queries, releases, rulebook, timetable
from booking.models import UseRule
from records import beginnings


def has_opened(
    rule: UseRule, facility_id: int, day: dt.date, at: dt.datetime, *, born: dt.date
) -> bool:
    """Whether anybody can book a day of use at a facility: by its 募集, or else by the beginning
    of booking and the window of the rule, on the page or on the telephone."""
    release = releases.covering(queries.releases(), facility_id, day)
    if release is not None:
        return release.opens_at <= at
    if not beginnings.has_begun(rulebook.beginnings(facility_id), at, day):
        return False
    is_open = queries.is_open(facility_id, rule)
    moments = [
        timetable.bookable_from(day, rule, born=born, by_phone=by_phone, is_open=is_open)
        for by_phone in (False, True)
    ]
    return any(moment is not None and moment <= at for moment in moments)
