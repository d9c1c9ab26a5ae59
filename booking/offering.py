"""Until when a family may answer an offer of the waiting list. Pure: values in, values out."""

import datetime as dt

from booking.models import UseRule
from history import clock

ONE_DAY = dt.timedelta(days=1)


def broadcasts_from(rule: UseRule, starts_at: dt.datetime) -> dt.datetime:
    """From when on all who wait are asked at once: too little time is left to ask one by one."""
    return starts_at - dt.timedelta(minutes=rule.broadcast_minutes)


def until(rule: UseRule, starts_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """The end of an offer made at a moment to one family alone.

    By day after so many minutes; where that lies in the night, at its end. Never later than the
    moment from which all are asked at once.
    """
    end = _past_the_night(rule, at + dt.timedelta(minutes=rule.offer_minutes))
    return min(end, broadcasts_from(rule, starts_at))


def broadcast_until(rule: UseRule, starts_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """The end of an offer to all who wait: after so many minutes, or when the use begins."""
    return min(at + dt.timedelta(minutes=rule.offer_minutes), starts_at)


def _past_the_night(rule: UseRule, moment: dt.datetime) -> dt.datetime:
    """A moment itself, or the end of the night it lies in."""
    first, last = rule.offer_night_from, rule.offer_night_until
    time = clock.local(moment).time()
    day = clock.local(moment).date()
    if first <= last:
        return clock.at(day, last) if first <= time < last else moment
    if time >= first:
        return clock.at(day + ONE_DAY, last)
    return clock.at(day, last) if time < last else moment
