"""The days that a family can choose, each by the rule that is in force on it."""

import datetime as dt

from booking import family, queries
from booking.models import UseRule
from history import clock
from tests.factories.booking import UseRuleFactory, coming_monday, slots_of_day
from tests.factories.records import facility

DAY = coming_monday()
AT = clock.at(DAY - dt.timedelta(days=2), dt.time(9))


def test_a_new_rule_counts_for_its_own_days(database):
    for offset in (0, 1):
        slots_of_day(day=DAY + dt.timedelta(days=offset))
    here = facility("hikarigaoka")
    window = [DAY, DAY + dt.timedelta(days=1)]
    assert [day for day in family.days_to_book(here, AT) if day in window] == window

    UseRule.objects.update(valid_to=DAY)
    UseRuleFactory.create(valid_from=window[1], valid_to=None, cut_off_days=5)

    assert [day for day in family.days_to_book(here, AT) if day in window] == [DAY]
    assert queries.last_week(AT) >= queries.monday_of(DAY)
