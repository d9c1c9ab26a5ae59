"""Every way of changing a row leaves history; without an actor, or by forging, none is possible."""

import datetime as dt

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from history import context
from history.context import Context
from history.walls import ENTRY_ROLES, history_model, history_table, tracked_models
from records.models import Child, Household, Operator
from tests.database import act_as, run_as
from tests.factories.records import ChildFactory, HouseholdFactory, OperatorFactory

AT = dt.datetime(2026, 11, 5, 9, 30, tzinfo=dt.UTC)


def steps(row):
    """Type, actor and reason of a row's history, the oldest first."""
    return [
        (step.history_type, step.history_actor, step.history_change_reason)
        for step in row.history.order_by("history_id")
    ]


def test_save_leaves_history(db):
    operator = OperatorFactory.create(name="旧")
    operator.name = "新"

    operator.save()

    assert steps(operator) == [("+", "system:tests", ""), ("~", "system:tests", "")]
    assert operator.history.latest().name == "新"


def test_update_leaves_history_for_each_row(db):
    operators = OperatorFactory.create_batch(2)

    Operator.objects.filter(pk__in=[o.pk for o in operators]).update(
        name=Concat("name", Value(" 改"))
    )

    assert [len(steps(operator)) for operator in operators] == [2, 2]


def test_bulk_create_leaves_history(db):
    made = Operator.objects.bulk_create([Operator(name="一"), Operator(name="二")])

    assert [steps(operator) for operator in made] == [[("+", "system:tests", "")]] * 2


def test_raw_sql_leaves_history(db):
    operator = OperatorFactory.create()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_operator SET name = '直' WHERE id = %s", [operator.pk])
        cursor.execute("DELETE FROM records_operator WHERE id = %s", [operator.pk])

    found = list(Operator.history.filter(id=operator.pk).order_by("history_id"))
    assert [(row.history_type, row.name) for row in found] == [
        ("+", operator.name), ("~", "直"), ("-", "直"),
    ]  # fmt: skip


def test_a_change_of_nothing_leaves_none(db):
    operator = OperatorFactory.create()

    operator.save()

    assert len(steps(operator)) == 1


def test_history_says_who_when_from_where_and_why(db):
    number = "5f0c8a52-0000-4000-8000-000000000001"
    act_as("")
    context.enter(
        Context(
            actor="42", role="carer", entry="staff", address="10.0.0.7", terminal="T-3",
            request=number, reason="聞き取り", at=AT,
        )
    )  # fmt: skip

    row = OperatorFactory.create().history.get()

    assert (row.history_user_id, row.history_actor, row.history_role) == (42, "42", "carer")
    assert (row.history_entry, row.history_address) == ("staff", "10.0.0.7")
    assert (row.history_terminal, str(row.history_request)) == ("T-3", number)
    assert (row.history_change_reason, row.history_date) == ("聞き取り", AT)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO records_operator (name) VALUES ('無名')",
        "UPDATE records_operator SET name = name || '改'",
        "DELETE FROM records_operator WHERE name = '消'",
    ],
)
def test_a_change_without_an_actor_is_refused(db, statement):
    OperatorFactory.create(name="消")
    act_as("")

    with (
        pytest.raises(ProgrammingError, match="needs an actor"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("role", ENTRY_ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        """
        INSERT INTO records_historicaloperator (id, name, history_date, history_type, history_actor)
        VALUES (1, 'x', now(), '+', '1')
        """,
        "UPDATE records_historicaloperator SET name = 'x'",
        "DELETE FROM records_historicaloperator",
        "UPDATE history_entry SET actor = '1'",
        "DELETE FROM history_entry",
        "TRUNCATE history_entry",
        """
        INSERT INTO records_accesslease
            (id, child_id, household_id, facility_id, starts_at, ends_at, reason, cause)
        VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 2, now(), now(),
            'booking', gen_random_uuid())
        """,
        "UPDATE records_accesslease SET ends_at = now()",
        "DELETE FROM records_accesslease",
        "ALTER TABLE records_operator DISABLE TRIGGER history_track",
        "SET session_replication_role = replica",
    ],
)
def test_no_entry_can_forge(db, role, statement):
    context.enter(Context(actor="1", role="center", facilities=(1, 2, 3, 4, 5, 6)))

    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        run_as(role, statement)


@pytest.mark.parametrize("model", tracked_models(), ids=lambda m: m._meta.label)
def test_trigger_and_model_agree_on_the_columns(db, model):
    kept = {f.column for f in history_model(model)._meta.concrete_fields if f.column}
    own = {column for column in kept if not column.startswith("history_")}

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgargs FROM pg_trigger"
            " WHERE tgname = 'history_track' AND tgrelid = %s::regclass",
            [model._meta.db_table],
        )
        table, columns, *_rest = bytes(cursor.fetchone()[0]).decode().split("\0")

    generated = {f.column for f in model._meta.concrete_fields if f.generated}
    assert table == history_table(model)
    assert {column.strip('" ') for column in columns.split(",")} == own - generated


def test_a_moved_household_moves_what_lies_below(db):
    household = HouseholdFactory.create()
    child = ChildFactory.create(household=household, registered=True)

    Household.objects.filter(pk=household.pk).update(home_facility_id=3)

    moved = Child.objects.get(pk=child.pk)
    assert moved.home_facility_id == 3
    assert moved.registration.home_facility_id == 3
    assert {need.home_facility_id for need in moved.care_needs.all()} == {3}


def test_nobody_sets_the_copied_home_by_hand(db):
    child = ChildFactory.create()

    Child.objects.filter(pk=child.pk).update(home_facility_id=3)

    assert Child.objects.get(pk=child.pk).home_facility_id == child.household.home_facility_id
