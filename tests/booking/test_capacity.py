"""The vectors of domain.md 3.1, and that the database counts as Python does."""

import itertools

import pytest
from django.db import connection, models
from django.db.models.sql import Query

from booking import capacity
from booking.enums import Rounding, StaffingGroup
from booking.models import Slot

RATIOS = {
    StaffingGroup.INFANTS: 3,
    StaffingGroup.ONES_TWOS: 6,
    StaffingGroup.THREES: 15,
    StaffingGroup.FOURS_UP: 25,
}
GROUPS = tuple(RATIOS)
MIXES = [mix for mix in itertools.product(range(16), repeat=4) if sum(mix) <= 15]


def needed(mix, rounding, one_to_one=0):
    counts = dict(zip(GROUPS, mix, strict=True)) | {StaffingGroup.ONE_TO_ONE: one_to_one}
    return capacity.staff_needed(counts, RATIOS, rounding)


@pytest.mark.parametrize(
    ("mix", "half_up", "ceiling"),
    [
        ((3, 6, 0, 0), 2, 2),
        ((4, 6, 0, 0), 2, 3),
        ((4, 6, 5, 0), 3, 3),
        ((5, 10, 0, 0), 3, 4),
        ((6, 9, 0, 0), 4, 4),
        ((2, 8, 5, 0), 2, 3),
        ((0, 6, 9, 0), 2, 2),
        ((2, 2, 1, 1), 2, 2),
        ((2, 11, 0, 0), 2, 3),
        ((0, 11, 3, 0), 2, 2),
        ((0, 0, 0, 0), 2, 2),
    ],
)
def test_staff_needed(mix, half_up, ceiling):
    assert needed(mix, Rounding.HALF_UP) == half_up
    assert needed(mix, Rounding.CEILING) == ceiling


def test_one_to_one_takes_a_whole_member_of_staff():
    assert needed((3, 6, 0, 0), Rounding.CEILING, one_to_one=1) == 3
    assert needed((0, 0, 0, 0), Rounding.CEILING, one_to_one=1) == 2


@pytest.mark.parametrize(
    ("years", "one_to_one", "group"),
    [
        (0, False, StaffingGroup.INFANTS),
        (1, False, StaffingGroup.ONES_TWOS),
        (2, False, StaffingGroup.ONES_TWOS),
        (3, False, StaffingGroup.THREES),
        (4, False, StaffingGroup.FOURS_UP),
        (6, False, StaffingGroup.FOURS_UP),
        (0, True, StaffingGroup.ONE_TO_ONE),
    ],
)
def test_staffing_group_of_an_age(years, one_to_one, group):
    assert capacity.staffing_group(years, one_to_one=one_to_one) == group


def test_the_database_counts_as_python_does(db):
    """Every mix of up to 15 children, in both roundings, in one statement."""
    assert len(MIXES) == 3876
    expected = {
        (*mix, rounding.value): needed(mix, rounding)
        for mix, rounding in itertools.product(MIXES, Rounding)
    }

    assert counted_by_the_database() == expected


def test_the_comparison_can_fail(db):
    """A weight for each child, without the cut, is another formula."""
    weights = {
        mix: max(2, (sum(n * 10 / RATIOS[g] for n, g in zip(mix, GROUPS, strict=True)) + 5) // 10)
        for mix in MIXES
    }

    counted = counted_by_the_database()

    assert [mix for mix in MIXES if counted[(*mix, "half_up")] != weights[mix]] != []


def counted_by_the_database():
    """The expression of constraint and update over invented slots instead of the table."""
    query = Query(Slot)
    compiler = query.get_compiler(connection=connection)
    query.get_initial_alias()
    expression = capacity.staff_needed_sql().resolve_expression(query)
    sql, parameters = compiler.compile(expression)
    columns = ", ".join(f"{group.value}" for group in GROUPS)
    series = ", ".join(f"generate_series(0, 15) AS {g.value}({g.value})" for g in GROUPS)
    constant = ", ".join(
        f"{value}::smallint AS {column}"
        for column, value in (
            ("one_to_one", 0), ("infant_ratio", 3), ("ones_twos_ratio", 6),
            ("threes_ratio", 15), ("fours_up_ratio", 25),
        )
    )  # fmt: skip
    roundings = ", ".join(f"('{rounding.value}')" for rounding in Rounding)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, rounding, {sql} FROM"
            f" (SELECT {columns}, rounding, {constant} FROM {series},"
            f" (VALUES {roundings}) AS r(rounding)"
            f" WHERE {' + '.join(g.value for g in GROUPS)} <= 15) AS booking_slot",
            parameters,
        )
        return {tuple(row[:-1]): row[-1] for row in cursor.fetchall()}


def test_the_check_of_the_table_lets_through_what_the_formula_allows(db):
    """The constraint as PostgreSQL keeps it, over every mix with just enough staff and with one
    member too few."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint"
            " WHERE conname = 'slot_staffing'"
        )
        (condition,) = cursor.fetchone()
        expected = ", ".join(
            f"({n0}, {n1}, {n3}, {n4}, '{rounding.value}', {needed((n0, n1, n3, n4), rounding)})"
            for (n0, n1, n3, n4), rounding in itertools.product(MIXES, Rounding)
        )
        cursor.execute(
            f"SELECT staff - needed, count(*) FILTER (WHERE {condition}), count(*) FROM"
            f" (SELECT *, {' + '.join(GROUPS)} AS taken, 0 AS one_to_one, 0 AS staff_short,"
            "  3 AS infant_ratio, 6 AS ones_twos_ratio, 15 AS threes_ratio, 25 AS fours_up_ratio,"
            "  needed + extra AS staff"
            f" FROM (VALUES {expected}) AS mix({', '.join(GROUPS)}, rounding, needed),"
            "  (VALUES (0), (-1)) AS least(extra)) AS booking_slot"
            f" WHERE taken > 0 GROUP BY 1 ORDER BY 1"
        )
        every = 2 * (len(MIXES) - 1)
        assert cursor.fetchall() == [(-1, 0, every), (0, every, every)]


def test_slot_uses_the_expression_in_its_constraint():
    constraint = next(c for c in Slot._meta.constraints if c.name == "slot_staffing")
    needed = capacity.staff_needed_sql() - models.F("staff_short")
    expected = models.Q(taken=0) | models.Q(staff__gte=needed)

    assert constraint.condition == expected
