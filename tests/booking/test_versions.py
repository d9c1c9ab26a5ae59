"""Which version of a rule holds: by facility, by day of use or day of booking."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from booking import queries, versions
from booking.models import UseRule
from records.enums import DayOf
from records.violations import constraint_of
from tests.factories.booking import UseRuleFactory, rule_with_parts
from tests.factories.records import facility

D = dt.date.fromisoformat
HERE, THERE = 2, 3


def version(first, last=None, *, at=None, by=DayOf.USE):
    return UseRuleFactory.build(
        valid_from=D(first), valid_to=last and D(last), facility_id=at, applies_by=by
    )


OLD = version("2026-04-01", "2027-03-31")
BY_USE = version("2027-04-01")
BY_BOOKING = version("2027-04-01", by=DayOf.BOOKING)
OWN = version("2026-10-01", "2026-12-31", at=HERE)


@pytest.mark.parametrize(
    ("lines", "place", "day", "booked", "expected"),
    [
        ([OLD, BY_USE], None, "2027-03-31", "2027-03-20", OLD),
        ([OLD, BY_USE], None, "2027-04-01", "2027-03-20", BY_USE),
        ([OLD, BY_BOOKING], None, "2027-04-10", "2027-03-31", OLD),
        ([OLD, BY_BOOKING], None, "2027-04-10", "2027-04-01", BY_BOOKING),
        # Nothing is in force before the first version, nor after the last one's end.
        ([OLD], None, "2026-03-31", "2026-03-01", None),
        ([OLD], None, "2027-04-01", "2027-03-20", None),
        # With a gap the old version ends although a later one exists.
        ([OLD, version("2027-04-02")], None, "2027-04-01", "2027-03-20", None),
        ([OLD, version("2027-05-01", by=DayOf.BOOKING)], None, "2027-05-02", "2027-04-10", None),
        # A facility's own line stands in the place of the ward's, for its days and for no other.
        ([OLD, OWN], HERE, "2026-11-05", "2026-11-01", OWN),
        ([OLD, OWN], THERE, "2026-11-05", "2026-11-01", OLD),
        ([OLD, OWN], None, "2026-11-05", "2026-11-01", OLD),
        ([OLD, OWN], HERE, "2027-01-05", "2026-12-20", OLD),
        ([OLD, OWN], HERE, "2026-09-30", "2026-09-20", OLD),
        ([OWN], THERE, "2026-11-05", "2026-11-01", None),
        # Three versions, each with a boundary of its own kind.
        (
            [OLD, version("2027-04-01", "2027-09-30", by=DayOf.BOOKING), version("2027-10-01")],
            None, "2027-10-01", "2027-03-31", 2,
        ),
        (
            [OLD, version("2027-04-01", "2027-09-30", by=DayOf.BOOKING), version("2027-10-01")],
            None, "2027-09-30", "2027-03-31", OLD,
        ),
    ],
    ids=[
        "the last day of the old", "the first day of use of the new", "booked before",
        "booked on the day", "before the first", "after the last", "in a gap",
        "in a gap by booking", "own line", "another facility", "no facility", "own line over",
        "own line to come", "only a stranger's line", "by use after by booking",
        "old across a boundary",
    ],
)  # fmt: skip
def test_version_in_force(lines, place, day, booked, expected):
    found = versions.in_force(lines, place, D(day), D(booked))

    assert found is (lines[expected] if isinstance(expected, int) else expected)
    assert versions.in_force(reversed(lines), place, D(day), D(booked)) is found


@pytest.mark.parametrize("place", [None, "nerima"])
def test_versions_of_one_line_never_overlap(database, place):
    where = facility(place) if place else None
    UseRuleFactory.create(facility=where)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        UseRuleFactory.create(facility=where, valid_from=dt.date(2011, 3, 31), valid_to=None)

    assert constraint_of(refused.value) == "use_rule_versions_apart"


def test_lines_of_two_facilities_may_run_side_by_side(database):
    UseRuleFactory.create()
    UseRuleFactory.create(facility=facility("nerima"))
    UseRuleFactory.create(facility=facility("seki"))

    assert UseRule.objects.filter(valid_from=dt.date(2010, 4, 1)).count() == 3


def test_a_version_comes_with_its_rows_in_one_statement(database, django_assert_num_queries):
    made = rule_with_parts(facility=facility("nerima"))

    with django_assert_num_queries(1):
        found = queries.use_rule(D("2010-05-01"), D("2010-04-20"), made.facility_id)
        rows = [
            list(part)
            for part in (
                found.blocks, found.release_days, found.limits, found.quotas, found.reserves,
                found.stages,
            )
        ]  # fmt: skip

    alone = UseRule.objects.get(pk=made.pk)
    assert found == made
    assert rows == [
        list(part)
        for part in (
            alone.blocks, alone.release_days, alone.limits, alone.quotas, alone.reserves,
            alone.stages,
        )
    ]  # fmt: skip
    assert [len(part) for part in rows] == [1] * 6
    assert (found.stages[0].at, found.stages[0].percent) == (dt.time(17), 100)
    assert not found.stages[0]._state.adding
