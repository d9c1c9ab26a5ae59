"""Who may book what, when. Pure: values in, the first refusal or None out."""

import dataclasses
import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext

from booking import timetable
from booking.enums import OPEN_STATES, BookingState, Misfit
from booking.enums_rules import Approval, MaxAgeUnit, MinAgeUnit, Residency
from booking.models import Booking, Fee, UseLimit, UseRule
from booking.refusals import Reason
from booking.timetable import IsOpen
from history import clock
from records import beginnings, dates

# Before the child was fetched the overrun is not known.
COLLECTED_IN = (
    BookingState.FETCHED,
    BookingState.CANCELLED_CHARGED,
    BookingState.ABSENT,
    BookingState.TURNED_AWAY,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Applicant:
    """What the rules ask of a child. `expires_on` is None unless the registration is active.

    `only_facility` is the one that the registration holds for, if not for all; `visits_until` the
    last day of a stay in the ward; `enrolment` where the child is looked after otherwise, or empty.
    """

    date_of_birth: dt.date
    expires_on: dt.date | None
    needs_confirmed: bool
    is_resident: bool = True
    visits_until: dt.date | None = None
    enrolment: str = ""
    only_facility: int | None = None
    usable_from: dt.date | None = None
    bookable_from: dt.date | None = None


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
    facility_id: int | None = None,
    by_staff: bool = False,
    walks_in: bool = False,
    is_offered: bool = False,
    is_open: IsOpen = timetable.every_day,
    opens_at: dt.datetime | None = None,
) -> tuple[Reason, str] | None:
    """Why `[starts_at, ends_at)` can't be booked at the moment `at`, with the day or time at issue.

    Staff book on behalf of a family by the hours of the telephone; who walks in is there, whatever
    the window, on the day itself until the stay would be over. Whom the waiting list offers a place
    has asked in time and may answer until the use begins. `is_open` is asked where the rule
    counts days of opening (`timetable.needs_calendar`). `opens_at` stands in the place of the
    moment at which the rule opens the day, where a 募集 says it (`releases`).
    """
    start, end = clock.local(starts_at), clock.local(ends_at)
    today = clock.local(at).date()
    refused = refusal_of_person(
        applicant, rule, start.date(), today, facility_id
    ) or refusal_of_times(rule, start, end)
    if refused:
        return refused
    if is_offered:
        return _refusal_of_beginning(starts_at, at)
    if walks_in:
        return _refusal_of_walk_in(start, end, at)
    return _refusal_of_moment(
        rule,
        starts_at,
        at,
        born=applicant.date_of_birth,
        by_staff=by_staff,
        is_open=is_open,
        opens_at=opens_at,
    )


def refusal_of_person(
    applicant: Applicant,
    rule: UseRule,
    day: dt.date,
    today: dt.date,
    facility_id: int | None = None,
) -> tuple[Reason, str] | None:
    """Why a child can't be booked today for a day of use, whatever the time; at a facility, if one
    is chosen."""
    if applicant.expires_on is None:
        return Reason.NOT_REGISTERED, ""
    if not applicant.needs_confirmed:
        return Reason.NEEDS_UNCONFIRMED, ""
    return (
        _refusal_of_place(applicant, rule, day, facility_id)
        or _refusal_of_age(applicant, rule, day)
        or _refusal_of_term(applicant, day, today)
    )


def _refusal_of_place(
    applicant: Applicant, rule: UseRule, day: dt.date, facility_id: int | None
) -> tuple[Reason, str] | None:
    home = applicant.only_facility
    if home is not None and facility_id is not None and home != facility_id:
        return Reason.NOT_HOME, ""
    if not (applicant.is_resident or _may_come_from_outside(applicant, rule, day)):
        return Reason.NOT_RESIDENT, ""
    if applicant.enrolment in rule.excluded_enrolments:
        return Reason.ENROLLED, ""
    return None


def _may_come_from_outside(applicant: Applicant, rule: UseRule, day: dt.date) -> bool:
    if rule.residency == Residency.VISITORS:
        return applicant.visits_until is not None and day <= applicant.visits_until
    return rule.residency == Residency.ANYONE


def _refusal_of_age(applicant: Applicant, rule: UseRule, day: dt.date) -> tuple[Reason, str] | None:
    match misfit_of_age(applicant.date_of_birth, rule, day):
        case Misfit.TOO_YOUNG:
            return Reason.TOO_YOUNG, gettext("%(day)sから利用できます。") % {
                "day": date_format(first_day(applicant.date_of_birth, rule))
            }
        case Misfit.SCHOOL_AGE:
            at_school = rule.max_age_unit == MaxAgeUnit.SCHOOL_ENTRY
            reason = Reason.SCHOOL_AGE if at_school else Reason.TOO_OLD
            return reason, gettext("%(day)sまで利用できます。") % {
                "day": date_format(last_day(applicant.date_of_birth, rule))
            }
    return None


def _refusal_of_term(
    applicant: Applicant, day: dt.date, today: dt.date
) -> tuple[Reason, str] | None:
    if applicant.expires_on is not None and day > applicant.expires_on:
        return Reason.REGISTRATION_ENDS, gettext("登録の有効期限は%(day)sです。") % {
            "day": date_format(applicant.expires_on)
        }
    if applicant.usable_from is not None and day < applicant.usable_from:
        return Reason.NOT_YET_USABLE, gettext("%(day)sから利用できます。") % {
            "day": date_format(applicant.usable_from)
        }
    if applicant.bookable_from is not None and today < applicant.bookable_from:
        return Reason.NOT_YET_USABLE, gettext("%(day)sから予約できます。") % {
            "day": date_format(applicant.bookable_from)
        }
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


def refusal_of_times(
    rule: UseRule, start: dt.datetime, end: dt.datetime
) -> tuple[Reason, str] | None:
    """Why nobody can be booked from a time to another on Tokyo's clock, whatever the day."""
    minutes = (end - start).total_seconds() // 60
    if minutes < rule.min_minutes:
        return Reason.TOO_SHORT, gettext("%(minutes)d分から予約できます。") % {
            "minutes": rule.min_minutes
        }
    if minutes > rule.max_minutes:
        return Reason.TOO_LONG, gettext("%(minutes)d分まで予約できます。") % {
            "minutes": rule.max_minutes
        }
    return _refusal_of_start(rule, start.time()) or _refusal_of_pattern(
        rule, start.time(), end.time()
    )


def _refusal_of_start(rule: UseRule, start: dt.time) -> tuple[Reason, str] | None:
    if rule.start_times and start not in rule.start_times:
        times = "、".join(f"{time:%-H:%M}" for time in sorted(rule.start_times))
        return Reason.NOT_A_START, gettext("開始できる時刻は%(times)sです。") % {"times": times}
    first, last = rule.no_intake_from, rule.no_intake_until
    if first is not None and last is not None and first <= start < last:
        return Reason.NO_INTAKE, gettext("受け入れをしない時間は%(span)sです。") % {
            "span": f"{first:%-H:%M}～{last:%-H:%M}"
        }
    return None


def _refusal_of_pattern(rule: UseRule, start: dt.time, end: dt.time) -> tuple[Reason, str] | None:
    if rule.blocks:
        if timetable.are_whole_blocks(rule.blocks, start, end):
            return None
        blocks = (f"{each.starts_at:%-H:%M}～{each.ends_at:%-H:%M}" for each in rule.blocks)
        return Reason.NOT_A_BLOCK, gettext("予約できるコマは%(blocks)sです。") % {
            "blocks": "、".join(blocks)
        }
    if timetable.is_on_step(start, rule.step_minutes) and timetable.is_on_step(
        end, rule.step_minutes
    ):
        return None
    return Reason.OFF_STEP, gettext("%(minutes)d分きざみで予約できます。") % {
        "minutes": rule.step_minutes
    }


def refusal_of_limit(limit: UseLimit) -> tuple[Reason, str]:
    """The refusal beyond a limit, which names it."""
    return Reason.LIMIT_REACHED, gettext("%(subject)s、%(span)s%(most)d%(measure)sまでです。") % {
        "subject": limit.get_subject_display(),
        "span": limit.get_span_display(),
        "most": limit.most,
        "measure": limit.get_measure_display(),
    }


def needs_approval(rule: UseRule, born: dt.date, day: dt.date, *, one_to_one: bool) -> bool:
    """Whether the facility confirms a booking before it counts (施設確認待ち)."""
    under = rule.approval_under_months
    return (
        rule.approval == Approval.FACILITY
        or (under is not None and dates.months_on(born, day) < under)
        or (rule.approval_one_to_one and one_to_one)
    )


def _refusal_of_walk_in(
    start: dt.datetime, end: dt.datetime, at: dt.datetime
) -> tuple[Reason, str] | None:
    now = clock.local(at)
    if start.date() > now.date():
        return Reason.NOT_OPEN_YET, gettext("%(day)sの当日に受け付けます。") % {
            "day": date_format(start.date())
        }
    if end <= now:
        return Reason.TOO_LATE, _closed_at(end)
    return None


def _refusal_of_moment(
    rule: UseRule,
    starts_at: dt.datetime,
    at: dt.datetime,
    *,
    born: dt.date,
    by_staff: bool,
    is_open: IsOpen,
    opens_at: dt.datetime | None,
) -> tuple[Reason, str] | None:
    day = clock.local(starts_at).date()
    opens = opens_at or timetable.bookable_from(
        day, rule, born=born, by_phone=by_staff, is_open=is_open
    )
    if opens is None or at < opens:
        return Reason.NOT_OPEN_YET, beginnings.opens_from(opens)
    until = timetable.bookable_until(day, rule, by_phone=by_staff, is_open=is_open)
    return _refusal_of_beginning(starts_at if until is None else min(until, starts_at), at)


def _refusal_of_beginning(closes: dt.datetime, at: dt.datetime) -> tuple[Reason, str] | None:
    if at >= closes:
        return Reason.TOO_LATE, _closed_at(closes)
    return None


def _closed_at(moment: dt.datetime) -> str:
    return gettext("%(moment)sに締め切りました。") % {"moment": clock.written(moment)}
