"""Each transaction that changes a tracked row leaves one entry, bound to its history rows."""

import datetime as dt
import hashlib
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from history import context
from history.context import Context
from history.enums import Act
from history.models import Entry, Fingerprint
from history.walls import ENTRY_ROLES
from records.models import Facility, FacilityMembership, Operator
from tests.database import act_as, run_as
from tests.factories.records import (
    ChildFactory,
    HouseholdFactory,
    OperatorFactory,
    StaffUserFactory,
    facility,
)

AT = dt.datetime(2026, 11, 5, 9, 30, tzinfo=dt.UTC)
REQUEST = uuid.UUID("5f0c8a52-0000-4000-8000-000000000001")


def rows_of(entry):
    """What an entry is bound to: tables and history rows, in their order."""
    prints = Fingerprint.objects.filter(entry_id=entry.pk).order_by("id").select_related("shape")
    return [(each.shape.table, each.history_id) for each in prints]


def digest_of(entry):
    """The digest as anybody may compute it from the fingerprints."""
    prints = Fingerprint.objects.filter(entry_id=entry.pk).order_by("id").select_related("shape")
    lines = (f"{each.shape.table}:{each.history_id}:{bytes(each.digest).hex()}" for each in prints)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def changes():
    return Entry.objects.filter(digest__gt="").order_by("at")


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_change_leaves_an_entry_with_who_and_where(real_database):
    before = changes().count()
    act_as("")
    with transaction.atomic():
        context.enter(
            Context(
                actor="42", role="carer", facilities=(2,), entry="staff", address="10.0.0.7",
                terminal="T-3", request=REQUEST, at=AT,
            )
        )  # fmt: skip
        operator = OperatorFactory.create()
        assert changes().count() == before

    entry = Entry.objects.get(request=REQUEST)
    assert (entry.act, entry.at, entry.actor, entry.role) == (Act.RULES, AT, "42", "carer")
    assert (entry.facility, entry.entry, entry.address) == (2, "staff", "10.0.0.7")
    assert (entry.terminal, entry.model, entry.fields) == (
        "T-3", "records.operator", ["records.operator"],
    )  # fmt: skip
    assert rows_of(entry) == [("records_historicaloperator", operator.history.get().history_id)]
    assert entry.digest == digest_of(entry)


def test_raw_sql_leaves_one_too(real_database):
    before = changes().count()

    run("UPDATE records_facility SET name = name || '改' WHERE number IN (2, 3)")

    (entry,) = changes()[before:]
    found = list(Facility.history.filter(name__endswith="改").order_by("history_id"))
    assert rows_of(entry) == [("records_historicalfacility", row.history_id) for row in found]
    assert (len(found), entry.digest) == (2, digest_of(entry))


def test_all_changes_of_a_transaction_share_one_entry(real_database):
    before = changes().count()

    with transaction.atomic():
        child = ChildFactory.create(registered=True)

    (entry,) = changes()[before:]
    assert entry.child_ids == [child.pk]
    assert {"records.child", "records.household", "records.registration"} <= set(entry.fields)
    assert entry.digest == digest_of(entry)


def test_a_change_of_a_familys_record_is_called_so(real_database):
    household = HouseholdFactory.create()

    row = household.history.get()
    found = Fingerprint.objects.get(
        shape__table="records_historicalhousehold", history_id=row.history_id
    )
    assert Entry.objects.get(pk=found.entry_id).act == Act.CHANGE


def test_rights_outweigh_rules(real_database):
    with transaction.atomic():
        member = FacilityMembership.objects.create(
            user=StaffUserFactory.create(), facility=facility("seki"), role="carer",
            starts_on=dt.date(2026, 4, 1),
        )  # fmt: skip
        Facility.objects.filter(number=3).update(phone="03-0000-0000")

    row = member.history.get()
    entry = Entry.objects.get(
        pk=Fingerprint.objects.get(
            shape__table="records_historicalfacilitymembership", history_id=row.history_id
        ).entry_id
    )
    assert entry.act == Act.RIGHTS


def test_what_a_savepoint_takes_back_is_not_in_the_entry(real_database):
    before = changes().count()

    with transaction.atomic():
        first = transaction.savepoint()
        OperatorFactory.create(name="消える")
        transaction.savepoint_rollback(first)
        stays = OperatorFactory.create(name="残る")

    (entry,) = changes()[before:]
    assert rows_of(entry) == [("records_historicaloperator", stays.history.get().history_id)]
    assert entry.digest == digest_of(entry)


def test_what_is_rolled_back_leaves_none(real_database):
    before = changes().count()

    with transaction.atomic():
        OperatorFactory.create()
        transaction.set_rollback(True)

    assert changes().count() == before


def test_nobody_has_the_entry_written_early_and_changes_on(real_database):
    """SET CONSTRAINTS is free to everyone: what comes after it has an entry of its own."""
    before = changes().count()

    with transaction.atomic():
        OperatorFactory.create()
        run("SET CONSTRAINTS ALL IMMEDIATE")
        OperatorFactory.create()

    found = list(changes()[before:])
    assert [len(rows_of(entry)) for entry in found] == [1, 1]
    assert [entry.digest for entry in found] == [digest_of(entry) for entry in found]


def test_a_number_of_a_transaction_that_comes_again_is_no_excuse(real_database):
    """After a restore PostgreSQL counts transactions from the start."""
    operator = OperatorFactory.create()
    with transaction.atomic():
        run("ALTER TABLE history_fingerprint DISABLE TRIGGER history_keep")
        run("UPDATE history_fingerprint SET transaction = pg_current_xact_id()::text::bigint")
        operator.name = "新"
        operator.save()

    last = operator.history.latest().history_id
    found = Fingerprint.objects.get(shape__table="records_historicaloperator", history_id=last)
    entry = Entry.objects.get(pk=found.entry_id)
    assert rows_of(entry) == [("records_historicaloperator", last)]


def test_without_its_entry_no_change_is_committed(real_database):
    """The entry can't be written: neither can the change."""
    run("ALTER TABLE history_entry ADD CONSTRAINT stop CHECK (actor <> 'system:tests') NOT VALID")
    before = Operator.objects.count()

    with pytest.raises(DatabaseError, match="stop"):
        OperatorFactory.create()

    assert Operator.objects.count() == before


@pytest.mark.parametrize("role", ENTRY_ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM history_fingerprint",
        "SELECT * FROM history_shape",
        """INSERT INTO history_fingerprint
            (entry_id, transaction, shape_id, history_id, digest, opens)
        VALUES (gen_random_uuid(), 1, 1, 1, '', false)""",
        "DELETE FROM history_fingerprint",
        "UPDATE history_shape SET columns = '{}'",
    ],
)
def test_no_role_reads_or_forges_fingerprints(db, role, statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        run_as(role, statement)


@pytest.mark.parametrize(
    "table", ["history_entry", "history_fingerprint", "records_historicaloperator"]
)
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_not_even_the_owner_changes_what_was_written(real_database, table, verb):
    Entry.objects.create(act=Act.VIEW, actor="1")
    OperatorFactory.create()

    with pytest.raises(DatabaseError, match=f"{table} is only added to"):
        run(verb.format(table))
