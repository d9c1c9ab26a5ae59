import dataclasses

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from history.prepared import Later, prepared
from records.models import Facility, Household
from tests.people import child_of


@dataclasses.dataclass
class Built:
    """How often a query was built."""

    times: int = 0


@prepared
def by_code(code: Later) -> QuerySet[Facility]:
    return Facility.objects.filter(code=code)


def test_each_time_it_asks_by_the_values_of_that_time(database):
    found = [by_code(code=code) for code in ("nerima", "nukui", "nerima", "nowhere")]

    assert [[each.code for each in rows] for rows in found] == [
        ["nerima"],
        ["nukui"],
        ["nerima"],
        [],
    ]


def test_nothing_is_kept_of_what_was_read(database):
    (before,) = by_code(code="nerima")
    Facility.objects.filter(code="nerima").update(name="別の名前")

    (after,) = by_code(code="nerima")

    assert (before.name, after.name) != (after.name, after.name)
    assert after.name == "別の名前"


def test_it_is_built_once_and_asked_with_one_statement(database):
    built = Built()

    @prepared
    def facilities(code: Later) -> QuerySet[Facility, str]:
        built.times += 1
        return Facility.objects.filter(code=code).values_list("code", flat=True)

    with CaptureQueriesContext(connection) as asked:
        found = [facilities(code=code) for code in ("nerima", "nowhere")]

    assert (built.times, found) == (1, [["nerima"], []])
    first, second = (each["sql"] for each in asked.captured_queries)
    assert first == second


def test_the_database_keeps_the_plan_of_these_and_of_no_others(database):
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        for code in ("nerima", "nukui", "seki"):
            by_code(code=code)
            list(Facility.objects.filter(code=code))
        cursor.execute("SELECT statement LIKE '%records_facility%' FROM pg_prepared_statements")

        assert cursor.fetchall() == [(True,)]


def test_rows_come_with_those_beside_them(parent, django_assert_num_queries):
    child = child_of(parent)

    @prepared
    def households(of: Later) -> QuerySet[Household]:
        return Household.objects.filter(parents__user=of).select_related("home_facility")

    with django_assert_num_queries(1):
        (household,) = households(of=parent)
        assert household.home_facility is not None

    assert household == child.household


@pytest.mark.parametrize("values", [{}, {"code": None}, {"name": "x"}, {"code": "x", "name": "x"}])
def test_it_takes_a_value_for_each_name_and_nothing_else(values):
    with pytest.raises(TypeError, match="by_code"):
        by_code(**values)
