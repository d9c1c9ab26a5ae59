"""Whatever the owner of the database does to the past is found, and the first place is named."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from history import tombstones
from history.context import Context
from history.enums import Act
from history.models import Entry, Head, Root, Seal
from history.verification import Fault, What, verify
from records.models import Operator
from tests.factories.records import OperatorFactory
from tests.history.tampering import AT, recompute, seal, sql, tamper

NEXT_DAY = AT + dt.timedelta(days=1)
OWNER = Context(actor="system:erasure", at=AT)


@pytest.fixture
def past(db):
    """A sealed past: readings, a record that changed once, and the root of a day."""
    operator = OperatorFactory.create(name="旧")
    operator.name = "新"
    operator.save()
    for number in range(6):
        Entry.objects.create(at=AT + dt.timedelta(minutes=number), act=Act.VIEW, actor=str(number))
    seal()
    seal(at=NEXT_DAY)
    Entry.objects.create(at=NEXT_DAY, act=Act.VIEW, actor="99")
    seal(at=NEXT_DAY)
    return operator


def reading(number):
    return Entry.objects.get(act=Act.VIEW, actor=str(number))


def place_of(entry):
    return Seal.objects.get(entry_id=entry.pk).position


def rows_of(operator):
    return list(operator.history.order_by("history_id").values_list("history_id", flat=True))


def test_what_nobody_touched_is_whole(past):
    report = verify()

    assert (report.faults, report.is_whole, report.first) == ([], True, None)
    assert (report.entries, report.waiting) == (Seal.objects.count(), 0)
    assert report.history_rows > 2


def test_work_goes_on_meanwhile(real_database):
    """What is sealed while it looks is no fault; asked one after the other it would seem one."""
    seal()

    def seal_one_more(execute, statement, *rest):
        result = execute(statement, *rest)
        if "FROM history_head" in statement:
            with real_database.connect("azukari_owner") as other:
                other.execute(
                    "INSERT INTO history_entry (id, at, act, actor, role, entry, address, terminal,"
                    " purpose, model, object_ids, child_ids, fields, path, digest) VALUES"
                    " (gen_random_uuid(), now(), 'view', '1', '', '', '', '', '', '', '{}', '{}',"
                    " '{}', '', '')"
                )
                other.execute("SELECT history_seal(now(), 1)")
                other.commit()
        return result

    with connection.execute_wrapper(seal_one_more):
        first = verify()
        with transaction.atomic():
            control = verify()

    assert first.faults == []
    assert [fault.what for fault in control.faults] == [What.INSERTED]


def test_what_waits_for_its_seal_is_no_fault(past):
    Entry.objects.create(at=NEXT_DAY, act=Act.VIEW, actor="100")

    report = verify()

    assert (report.faults, report.waiting) == ([], 1)


# The ledger


@pytest.mark.parametrize("change", ["actor = '7'", "at = at + interval '1 second'", "path = '/'"])
def test_an_edited_entry(past, change):
    entry = reading(3)
    tamper("history_entry", f"UPDATE history_entry SET {change} WHERE id = %s", entry.pk)

    assert verify().faults == [Fault(What.EDITED, "history_entry", str(entry.pk), place_of(entry))]


def test_a_removed_entry(past):
    entry = reading(3)
    tamper("history_entry", "DELETE FROM history_entry WHERE id = %s", entry.pk)

    assert verify().first == Fault(What.REMOVED, "history_entry", str(entry.pk), place_of(entry))


def test_an_entry_removed_with_its_seal(past):
    entry = reading(3)
    place = place_of(entry)
    tamper("history_entry", "DELETE FROM history_entry WHERE id = %s", entry.pk)
    tamper("history_seal", "DELETE FROM history_seal WHERE position = %s", place)

    assert verify().first == Fault(What.REMOVED, "history_seal", str(place), place)


def test_an_entry_removed_before_it_was_sealed(past):
    entry = Entry.objects.create(at=NEXT_DAY, act=Act.VIEW, actor="100")
    tamper("history_entry", "DELETE FROM history_entry WHERE id = %s", entry.pk)

    assert verify().faults == [Fault(What.REMOVED, "history_entry", str(entry.pk))]


def test_two_entries_swapped(past):
    one, other = reading(2), reading(4)
    tamper("history_entry", "UPDATE history_entry SET actor = '4' WHERE id = %s", one.pk)
    tamper("history_entry", "UPDATE history_entry SET actor = '2' WHERE id = %s", other.pk)

    assert verify().first == Fault(What.EDITED, "history_entry", str(one.pk), place_of(one))


def test_two_places_in_the_chain_swapped(past):
    place, other = place_of(reading(2)), place_of(reading(4))
    tamper(
        "history_seal",
        """
        UPDATE history_seal s SET entry_id = gen_random_uuid(), content = o.content, hash = o.hash
        FROM history_seal o WHERE s.position + o.position = %s AND s.position IN (%s, %s)
        """,
        place + other, place, other,
    )  # fmt: skip

    first = verify().first
    assert (first.position, first.what) == (place, What.EDITED)


def test_an_inserted_entry(past):
    tamper(
        "history_entry",
        """
        INSERT INTO history_entry (id, at, act, actor, role, entry, address, terminal, purpose,
            model, object_ids, child_ids, fields, path, digest)
        VALUES ('00000000-0000-4000-8000-000000000001', %s, 'view', '3', '', '', '', '', '', '',
            '{}', '{}', '{}', '', '')
        """,
        AT,
    )

    assert verify().faults == [
        Fault(What.INSERTED, "history_entry", "00000000-0000-4000-8000-000000000001")
    ]


def test_an_inserted_seal(past):
    position = Head.objects.get().position
    tamper(
        "history_seal",
        """
        INSERT INTO history_seal (position, entry_id, shape_id, content, hash, at)
        SELECT position + 1, gen_random_uuid(), shape_id, content, sha256(hash || content), at
        FROM history_seal WHERE position = %s
        """,
        position,
    )

    assert verify().first.position == position + 1


def test_a_tail_cut_off(past):
    place = place_of(reading(4))
    keys = list(Seal.objects.filter(position__gte=place).values_list("entry_id", flat=True))
    tamper("history_entry", "DELETE FROM history_entry WHERE id = ANY (%s)", keys)
    tamper("history_seal", "DELETE FROM history_seal WHERE position >= %s", place)

    assert verify().first == Fault(What.TRUNCATED, "history_seal", str(place), place)


def test_a_tail_cut_off_with_the_head_is_found_by_the_root(past):
    root = Root.objects.get()
    place = place_of(reading(4))
    keys = list(Seal.objects.filter(position__gte=place).values_list("entry_id", flat=True))
    tamper("history_entry", "DELETE FROM history_entry WHERE id = ANY (%s)", keys)
    tamper("history_seal", "DELETE FROM history_seal WHERE position >= %s", place)
    sql(
        "UPDATE history_head h SET position = s.position, hash = s.hash FROM history_seal s"
        " WHERE s.position = %s",
        place - 1,
    )

    assert verify().first == Fault(
        What.TRUNCATED, "history_root", root.day.isoformat(), root.position
    )


def test_a_recomputed_chain(past):
    """Everything fits together again; the roots of the days don't."""
    root = Root.objects.get()
    tamper("history_entry", "UPDATE history_entry SET actor = '7' WHERE id = %s", reading(3).pk)
    recompute()

    assert verify().faults == [
        Fault(What.RECOMPUTED, "history_root", root.day.isoformat(), root.position)
    ]


def test_a_chain_recomputed_with_its_roots_is_found_by_the_mailed_one(past):
    root = Root.objects.get()
    tamper("history_entry", "UPDATE history_entry SET actor = '7' WHERE id = %s", reading(3).pk)
    recompute()
    tamper(
        "history_root",
        "UPDATE history_root r SET hash = s.hash FROM history_seal s WHERE s.position = r.position",
    )

    assert verify().faults == []
    assert verify(root.text).faults == [Fault(What.RECOMPUTED, "history_root", root.text)]


def test_the_mailed_root_of_an_honest_chain(past):
    assert verify(Root.objects.get().text).faults == []


def test_an_edited_root(past):
    root = Root.objects.get()
    tamper("history_root", "UPDATE history_root SET hash = sha256('x')")

    assert verify().first == Fault(
        What.RECOMPUTED, "history_root", root.day.isoformat(), root.position
    )


# The history


def test_an_edited_history_row(past):
    row = rows_of(past)[0]
    table = "records_historicaloperator"
    tamper(table, f"UPDATE {table} SET name = '偽' WHERE history_id = %s", row)

    assert verify().faults == [Fault(What.EDITED, table, str(row))]


def test_a_history_row_that_names_somebody_else(past):
    row = rows_of(past)[1]
    table = "records_historicaloperator"
    tamper(table, f"UPDATE {table} SET history_actor = '7' WHERE history_id = %s", row)

    assert verify().faults == [Fault(What.EDITED, table, str(row))]


def test_a_removed_history_row(past):
    row = rows_of(past)[0]
    table = "records_historicaloperator"
    tamper(table, f"DELETE FROM {table} WHERE history_id = %s", row)

    assert verify().faults == [Fault(What.REMOVED, table, str(row))]


def test_a_history_row_removed_with_its_fingerprint(past):
    row = rows_of(past)[0]
    table = "records_historicaloperator"
    ((entry,),) = sql(
        "SELECT f.entry_id FROM history_fingerprint f JOIN history_shape s ON s.id = f.shape_id"
        " WHERE s.table_name = %s AND f.history_id = %s",
        table, row,
    )  # fmt: skip
    tamper(table, f"DELETE FROM {table} WHERE history_id = %s", row)
    tamper(
        "history_fingerprint",
        "DELETE FROM history_fingerprint f USING history_shape s"
        " WHERE s.id = f.shape_id AND s.table_name = %s AND f.history_id = %s",
        table, row,
    )  # fmt: skip

    assert verify().faults == [Fault(What.EDITED, "history_fingerprint", str(entry))]


def test_a_history_row_edited_with_its_fingerprint(past):
    row = rows_of(past)[0]
    table = "records_historicaloperator"
    tamper(table, f"UPDATE {table} SET name = '偽' WHERE history_id = %s", row)
    tamper(
        "history_fingerprint",
        "UPDATE history_fingerprint f SET digest = sha256('x') FROM history_shape s"
        " WHERE s.id = f.shape_id AND s.table_name = %s AND f.history_id = %s",
        table, row,
    )  # fmt: skip

    assert verify().first.what == What.EDITED
    assert verify().first.table == "history_fingerprint"


def test_an_inserted_history_row(past):
    table = "records_historicaloperator"
    tamper(
        table,
        f"INSERT INTO {table} (id, name, history_date, history_type, history_actor, history_role,"
        " history_entry, history_address, history_terminal)"
        " VALUES (1, '偽', %s, '~', '1', '', '', '', '')",
        AT,
    )
    row = past.history.model.objects.latest("history_id").history_id

    assert verify().faults == [Fault(What.INSERTED, table, str(row))]


def test_a_change_with_the_trigger_away_shows_in_the_next_history(past):
    """Nobody can tell from the living row; its history no longer leads to it."""
    tamper("records_operator", "UPDATE records_operator SET name = '偽' WHERE id = %s", past.pk)

    assert verify().faults == []
    assert Operator.objects.get(pk=past.pk).name != past.history.latest().name


# Tombstones


def erase(row, **fields):
    return tombstones.erase(row, fields=fields, basis="個人情報保護法99条 1号", by=OWNER)


def test_an_erased_entry_keeps_the_chain_whole(past):
    entry = Entry.objects.get(pk=reading(3).pk)
    stone = erase(entry, actor="", address="", path="")
    seal(at=NEXT_DAY)

    report = verify()

    assert (report.faults, report.tombstones) == ([], 1)
    record = Entry.objects.get(pk=stone.entry_id)
    assert (record.act, record.actor, record.purpose) == (
        Act.ERASE, "system:erasure", "個人情報保護法99条 1号",
    )  # fmt: skip
    assert (record.object_ids, record.fields) == (
        [str(entry.pk)], ["actor", "address", "path"],
    )  # fmt: skip
    assert Entry.objects.get(pk=entry.pk).actor == ""


def test_an_erased_history_row_keeps_it_whole(past):
    row = past.history.order_by("history_id").first()
    erase(row, name="")
    seal(at=NEXT_DAY)

    report = verify()

    assert (report.faults, report.tombstones) == ([], 1)
    assert [each.name for each in past.history.order_by("history_id")] == ["", "新"]


def test_nothing_more_is_taken_away_under_a_tombstone(past):
    row = past.history.order_by("history_id").first()
    erase(row, name="")
    seal(at=NEXT_DAY)
    sql("UPDATE records_historicaloperator SET history_actor = '' WHERE history_id = %s", row.pk)

    assert verify().faults == [Fault(What.FORGED, "records_historicaloperator", str(row.pk))]


def test_a_tombstone_without_its_entry_is_forged(past):
    entry = reading(3)
    tamper(
        "history_tombstone",
        "INSERT INTO history_tombstone (table_name, row, shape_id, entry_id)"
        " SELECT 'history_entry', %s, id, gen_random_uuid() FROM history_shape"
        " WHERE table_name = 'history_entry'",
        str(entry.pk),
    )
    sql("UPDATE history_entry SET actor = '' WHERE id = %s", entry.pk)

    assert verify().faults == [Fault(What.FORGED, "history_entry", str(entry.pk))]


def test_a_tombstone_with_the_entry_of_another_is_forged(past):
    stone = erase(Entry.objects.get(pk=reading(2).pk), actor="")
    entry = reading(3)
    tamper(
        "history_tombstone",
        "INSERT INTO history_tombstone (table_name, row, shape_id, entry_id)"
        " VALUES ('history_entry', %s, %s, %s)",
        str(entry.pk), stone.shape_id, stone.entry_id,
    )  # fmt: skip
    sql("UPDATE history_entry SET actor = '' WHERE id = %s", entry.pk)
    seal(at=NEXT_DAY)

    assert verify().faults == [Fault(What.FORGED, "history_entry", str(entry.pk))]


def test_a_row_removed_under_its_tombstone_is_missed(past):
    entry = reading(3)
    erase(Entry.objects.get(pk=entry.pk), actor="")
    seal(at=NEXT_DAY)
    place = place_of(entry)
    tamper("history_entry", "DELETE FROM history_entry WHERE id = %s", entry.pk)

    assert verify().first == Fault(What.REMOVED, "history_entry", str(entry.pk), place)


# The command


def run(*words):
    out = io.StringIO()
    call_command("verify_history", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_that_all_is_whole(past):
    assert run().splitlines()[-1] == "Whole: nothing was changed."


def test_the_command_names_the_first_and_fails(past):
    entry = reading(3)
    tamper("history_entry", "UPDATE history_entry SET actor = '7' WHERE id = %s", entry.pk)

    with pytest.raises(CommandError) as found:
        run()

    assert found.value.returncode == 1
    assert str(found.value) == (
        f"The past was changed. First: edited: history_entry {entry.pk} position {place_of(entry)}"
    )


def test_the_command_refuses_what_is_no_root(past):
    with pytest.raises(CommandError, match="64 hexadecimal digits"):
        run("--root", "abc")


def test_the_command_refuses_a_role_that_does_not_see_all(past):
    sql("SET LOCAL ROLE azukari_worker")

    with pytest.raises(CommandError, match="azukari_worker does not see every row"):
        run()
    sql("RESET ROLE")
