"""Who may book what, when. Pure: values in, the first refusal or None out."""

import dataclasses
import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext

from booking import timetable
from booking.enums import OPEN_STATES, BookingState, Misfit
from booking.enums_rules import MaxAgeUnit, MinAgeUnit
from booking.models import Booking, Fee, UseRule
from booking.refusals import Reason
from booking.timetable import IsOpen
from history import clock
from records import dates

# Before the child was fetched the overrun is not known.
COLLECTED_IN = (BookingState.FETCHED, BookingState.CANCELLED_CHARGED, BookingState.ABSENT)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Applicant:
    """What the rules ask of a child. `expires_on` is None unless the registration is active."""

    date_of_birth: dt.date
    expires_on: dt.date | None
    needs_confirmed: bool


def can_be_cancelled(booking: Booking, at: dt.datetime) -> bool:
    """Whether a family may cancel: confirmed, and the use has not begun."""
    return booking.state == BookingState.CONFIRMED and at < booking.starts_at


def is_ahead(booking: Booking, at: dt.datetime) -> bool:
    """Whether a booking is still to come or under way."""
    return booking.state in OPEN_STATES and (
        booking.ends_at > at or booking.state == BookingState.PRESENT
    )


def may_be_taken(fee: Fee, state: str) -> bool:
    """Whether money is to be taken now for a fee of a booking in a state."""
    return fee.due > 0 and state in COLLECTED_IN


def is_amount_shown(fee: Fee, state: str) -> bool:
    """Whether parents read the amount: not from a provisional tariff, unless it is really due."""
    is_due = state in (BookingState.FETCHED, BookingState.SETTLED) or fee.cancellation_amount > 0
    return is_due or not fee.tariff.is_provisional


def refusal(
    applicant: Applicant,
    rule: UseRule,
    *,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    at: dt.datetime,
    by_staff: bool = False,
    is_open: IsOpen = timetable.every_day,
) -> tuple[Reason, str] | None:
    """Why `[starts_at, ends_at)` can't be booked at the moment `at`, with the day or time at issue.

    Staff book on behalf of a family by the hours of the telephone. `is_open` is asked where the
    rule counts days of opening (`timetable.needs_calendar`).
    """
    day = clock.local(starts_at).date()
    return (
        refusal_of_person(applicant, rule, day)
        or _refusal_of_length(rule, starts_at, ends_at)
        or _refusal_of_moment(
            rule, starts_at, at, born=applicant.date_of_birth, by_staff=by_staff, is_open=is_open
        )
    )


def refusal_of_person(
    applicant: Applicant, rule: UseRule, day: dt.date
) -> tuple[Reason, str] | None:
    """Why a child can't be booked on a day of use, whatever the time."""
    if applicant.expires_on is None:
        return Reason.NOT_REGISTERED, ""
    if not applicant.needs_confirmed:
        return Reason.NEEDS_UNCONFIRMED, ""
    match misfit_of_age(applicant.date_of_birth, rule, day):
        case Misfit.TOO_YOUNG:
            return Reason.TOO_YOUNG, date_format(first_day(applicant.date_of_birth, rule))
        case Misfit.SCHOOL_AGE:
            return Reason.SCHOOL_AGE, date_format(last_day(applicant.date_of_birth, rule))
    if day > applicant.expires_on:
        return Reason.REGISTRATION_ENDS, date_format(applicant.expires_on)
    return None


def misfit_of_age(born: dt.date, rule: UseRule, day: dt.date) -> Misfit | None:
    """Whether a child born on a day is too young for a day of use, or too old by then."""
    if day < first_day(born, rule):
        return Misfit.TOO_YOUNG
    return Misfit.SCHOOL_AGE if day > last_day(born, rule) else None


def first_day(born: dt.date, rule: UseRule) -> dt.date:
    """The first day of use of a child born on a day."""
    if rule.min_age_unit == MinAgeUnit.MONTHS:
        return dates.is_months_old_from(born, rule.min_age)
    return dates.nth_day_of_life(born, rule.min_age + (not rule.counts_birth_day))


def last_day(born: dt.date, rule: UseRule) -> dt.date:
    """The last day of use of a child born on a day: an age is reached at the end of a day, which
    is the one before the birthday, and the day before that is the last (満3歳の前々日)."""
    if rule.max_age_unit == MaxAgeUnit.SCHOOL_ENTRY or rule.max_age is None:
        return dates.last_preschool_day(born)
    months = rule.max_age * (12 if rule.max_age_unit == MaxAgeUnit.YEARS else 1)
    return dates.last_day_of_term(born, months) - dt.timedelta(days=1)


def _refusal_of_length(
    rule: UseRule, starts_at: dt.datetime, ends_at: dt.datetime
) -> tuple[Reason, str] | None:
    minutes = (ends_at - starts_at).total_seconds() // 60
    if minutes < rule.min_minutes:
        return Reason.TOO_SHORT, gettext("%(minutes)d分から予約できます。") % {
            "minutes": rule.min_minutes
        }
    if minutes > rule.max_minutes:
        return Reason.TOO_LONG, gettext("%(minutes)d分まで予約できます。") % {
            "minutes": rule.max_minutes
        }
    return None


def _refusal_of_moment(
    rule: UseRule,
    starts_at: dt.datetime,
    at: dt.datetime,
    *,
    born: dt.date,
    by_staff: bool,
    is_open: IsOpen,
) -> tuple[Reason, str] | None:
    day = clock.local(starts_at).date()
    opens = timetable.bookable_from(day, rule, born=born, by_phone=by_staff, is_open=is_open)
    if opens is None or at < opens:
        return Reason.NOT_OPEN_YET, date_format(opens, "DATETIME_FORMAT") if opens else ""
    until = timetable.bookable_until(day, rule, by_phone=by_staff, is_open=is_open)
    closes = starts_at if until is None else min(until, starts_at)
    if at >= closes:
        return Reason.TOO_LATE, date_format(clock.local(closes), "DATETIME_FORMAT")
    return None
