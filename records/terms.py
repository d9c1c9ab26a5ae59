"""The term of a registration. Pure: days and a rule in, days out."""

import datetime as dt

import jpholiday

from records import dates
from records.enums import DayOf, Validity
from records.models import RegistrationRule
from records.rules import Term

SATURDAY = 5


def term_from(first_day: dt.date, rule: RegistrationRule, *, born: dt.date) -> Term:
    """The term that begins on `first_day`; it never reaches beyond the start of school.

    Renewal is possible from so many months before the end to the end itself (reading A of
    更新日始期 and 更新日終期, domain.md 4.2). Where a rule asks for some days to pass, the first
    day of use or of booking lies behind them.
    """
    if rule.validity == Validity.FISCAL_YEAR:
        ends_on = dt.date(dates.fiscal_year(first_day) + 1, 3, 31)
    else:
        ends_on = dates.last_day_of_term(first_day, rule.months)
    expires_on = min(ends_on, dates.last_preschool_day(born))
    opens_on = dates.add_months(expires_on, -rule.renewal_opens_months_before)
    waited = _after(first_day, rule.wait_days, weekdays_only=rule.wait_weekdays_only)
    is_by_use = rule.wait_applies_by == DayOf.USE
    return Term(
        expires_on=expires_on,
        renewal_opens_on=max(opens_on, first_day),
        renewal_closes_on=expires_on,
        usable_from=waited if is_by_use else first_day,
        bookable_from=first_day if is_by_use else waited,
    )


def _after(day: dt.date, count: int, *, weekdays_only: bool) -> dt.date:
    """So many days later; of weekdays alone, or of all."""
    if not weekdays_only:
        return day + dt.timedelta(days=count)
    for _each in range(count):
        day += dt.timedelta(days=1)
        while day.weekday() >= SATURDAY or jpholiday.is_holiday(day):
            day += dt.timedelta(days=1)
    return day
