"""The term of a registration. Pure: days and months in, days out."""

import datetime as dt

from records import dates
from records.rules import Term


def term_from(
    first_day: dt.date, *, months: int, renewal_opens_months_before: int, born: dt.date
) -> Term:
    """The term that begins on `first_day`; it never reaches beyond the start of school.

    Renewal is possible from so many months before the end to the end itself (reading A of
    更新日始期 and 更新日終期, domain.md 4.2).
    """
    expires_on = min(dates.last_day_of_term(first_day, months), dates.last_preschool_day(born))
    opens_on = dates.add_months(expires_on, -renewal_opens_months_before)
    return Term(
        expires_on=expires_on,
        renewal_opens_on=max(opens_on, first_day),
        renewal_closes_on=expires_on,
    )
