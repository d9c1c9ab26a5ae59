"""The center's book: one statement, and every row as its own table has it."""

import datetime as dt

import pytest

from booking import rulebook
from booking.models import Release, Tariff, UseRule
from history import clock
from records.enums import Begun, Enrolment, Function
from records.models import Opening, ServiceStop
from tests.booking.under_lock import statements_of_a_hold
from tests.factories.booking import (
    PriceFactory,
    ReleaseFactory,
    ReliefFactory,
    TariffFactory,
    coming_monday,
    rule_with_parts,
    slots_of_day,
)
from tests.factories.records import OpeningFactory, ServiceStopFactory, facility
from tests.people import child_of

NOW = clock.at(coming_monday(), dt.time(9))
DAY = dt.timedelta(days=1)
# All that a POST asks which holds a seat, with the commits: each costs a family time in a rush.
MOST_STATEMENTS = 30


@pytest.fixture
def book(database):
    """A row of each kind, the ward's or a facility's own."""
    place = facility("nerima")
    rule_with_parts(
        facility=place, start_times=[dt.time(9), dt.time(9, 30)], no_intake_from=dt.time(12),
        no_intake_until=dt.time(13), excluded_enrolments=[Enrolment.values[0]],
    )  # fmt: skip
    tariff = TariffFactory.create(facility=place)
    PriceFactory.create(tariff=tariff)
    ReliefFactory.create(tariff=tariff)
    ReleaseFactory.create(is_dropped=True)
    OpeningFactory.create(function=Begun.BOOKING, facility=place, first_day=coming_monday())
    ServiceStopFactory.create(function=Function.BOOKING)


def written(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("model", rulebook.BOOK)
def test_each_row_is_as_its_own_table_has_it(book, model):
    with rulebook.reading_once():
        found = rulebook.rows(model)

    alone = list(model._default_manager.order_by("pk"))
    assert alone
    assert [written(row) for row in found] == [written(row) for row in alone]
    assert [row.pk for row in found if row._state.adding] == []


def test_the_rows_below_come_with_it(book):
    with rulebook.reading_once():
        (rule,) = (row for row in rulebook.rows(UseRule) if row.facility_id)
        (tariff,) = (row for row in rulebook.rows(Tariff) if row.facility_id)

    alone = UseRule.objects.get(pk=rule.pk)
    assert [written(row) for row in rule.limits] == [written(row) for row in alone.limits]
    assert [written(row) for row in rule.stages] == [written(row) for row in alone.stages]
    assert len(tariff.rows["price_rows"]) == 1


def test_it_is_read_once_and_with_one_statement(book, django_assert_num_queries):
    with django_assert_num_queries(1), rulebook.reading_once():
        for model in (*rulebook.BOOK, *rulebook.BOOK):
            assert [str(getattr(row, "facility", "")) for row in rulebook.rows(model)]


def test_outside_it_is_read_anew_each_time(book):
    assert len(rulebook.rows(Release)) == 1
    ReleaseFactory.create(first_day=coming_monday() + 60 * DAY, last_day=coming_monday() + 61 * DAY)
    assert len(rulebook.rows(Release)) == 2


@pytest.mark.parametrize("function", [Function.BOOKING, Function.CANCELLING])
@pytest.mark.parametrize("at", [NOW - DAY, NOW, NOW + DAY, NOW + 2 * DAY])
def test_a_stop_closes_what_the_database_says(database, function, at):
    for place in (None, facility("nerima"), facility("seki")):
        ServiceStopFactory.create(facility=place, function=function, starts_at=NOW, ends_at=None)
        ServiceStopFactory.create(
            facility=place, function=function, starts_at=NOW, ends_at=NOW + DAY
        )
    nerima = facility("nerima").pk

    found = rulebook.stops(Function.BOOKING, nerima, at)

    expected = ServiceStop.objects.in_force(at).of(Function.BOOKING, nerima)
    assert {row.pk for row in found} == {row.pk for row in expected}


def test_a_beginning_holds_for_its_facility_alone(book):
    assert rulebook.beginnings(facility("nerima").pk) == list(Opening.objects.all())
    assert rulebook.beginnings(facility("seki").pk) == []


def test_holding_a_seat_asks_no_more_than_it_must(real_database, parent):
    slots_of_day()
    form = {
        "child": child_of(parent).pk, "day": coming_monday().isoformat(), "start": "10:00",
        "end": "13:00", "accepts": "all",
    }  # fmt: skip

    asked = statements_of_a_hold(form)

    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)
