"""Who may book what, when. Pure: values in, the first refusal or None out."""

import dataclasses
import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext

from booking import timetable
from booking.enums import OPEN_STATES, BookingState, Misfit
from booking.models import Booking, Fee, UseRule
from booking.refusals import Reason
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
) -> tuple[Reason, str] | None:
    """Why `[starts_at, ends_at)` can't be booked at the moment `at`, with the day or time at issue.

    Staff may book on behalf of a family after the parents' cut-off, until the use begins.
    """
    day = clock.local(starts_at).date()
    return (
        refusal_of_person(applicant, rule, day)
        or _refusal_of_length(rule, starts_at, ends_at)
        or _refusal_of_moment(rule, day, starts_at, at, by_staff=by_staff)
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
            first = dates.is_months_old_from(applicant.date_of_birth, rule.min_age_months)
            return Reason.TOO_YOUNG, date_format(first)
        case Misfit.SCHOOL_AGE:
            last = dates.last_preschool_day(applicant.date_of_birth)
            return Reason.SCHOOL_AGE, date_format(last)
    if day > applicant.expires_on:
        return Reason.REGISTRATION_ENDS, date_format(applicant.expires_on)
    return None


def misfit_of_age(born: dt.date, rule: UseRule, day: dt.date) -> Misfit | None:
    """Whether a child born on a day is too young for a day of use, or at school by then."""
    if day < dates.is_months_old_from(born, rule.min_age_months):
        return Misfit.TOO_YOUNG
    return Misfit.SCHOOL_AGE if day > dates.last_preschool_day(born) else None


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
    rule: UseRule, day: dt.date, starts_at: dt.datetime, at: dt.datetime, *, by_staff: bool
) -> tuple[Reason, str] | None:
    opens = timetable.bookable_from(day, rule)
    if at < opens:
        return Reason.NOT_OPEN_YET, date_format(opens, "DATETIME_FORMAT")
    closes = starts_at if by_staff else timetable.bookable_until(day, rule)
    if at >= closes:
        return Reason.TOO_LATE, date_format(clock.local(closes), "DATETIME_FORMAT")
    return None
