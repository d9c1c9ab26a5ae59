"""The second wall around terminals, in raw SQL: who reads a secret, a PIN, another's sign-in."""

import psycopg
import pytest

from history import clock
from history.walls import PUBLIC, STAFF, WORKER
from records.models import FailureCount, TerminalSecret
from tests.factories.records import facility
from tests.factories.terminals import (
    SignInFactory,
    TerminalFactory,
    TerminalLinkFactory,
    choose_credential,
)

TABLES = (
    "records_terminal", "records_terminalsecret", "records_terminallink",
    "records_facilitynetwork", "records_staffcredential", "records_signin",
    "records_failurecount",
)  # fmt: skip
DIGEST = "d" * 64


@pytest.fixture
def door(real_database):
    """At 練馬: a terminal with its secret, somebody signed in at it, and a link; one more at 関."""
    sign_in = SignInFactory.create()
    TerminalSecret.objects.create(terminal=sign_in.terminal, digest=DIGEST, issued_at=clock.now())
    TerminalFactory.create(facility=facility("seki"))
    TerminalLinkFactory.create(token="t" * 24)
    choose_credential(sign_in.user)
    FailureCount.objects.create(user=sign_in.user, count=1)
    return sign_in


def count(reader, table):
    return reader.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


REMOVED_BY_WORKER = {(WORKER, "records_terminalsecret"), (WORKER, "records_terminallink")}


def staff(real_database, **values):
    at = {"at": clock.now().isoformat()}
    return real_database.connect(STAFF, **(at | values))


def refused(reader, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute(statement)
    reader.rollback()


def test_the_data_exists(real_database, door):
    with real_database.connect("azukari_owner") as owner:
        found = {table: count(owner, table) for table in TABLES}

    assert found == dict.fromkeys(TABLES, 1) | {
        "records_terminal": 2, "records_facilitynetwork": 0,
    }  # fmt: skip


@pytest.mark.parametrize("role", [PUBLIC, WORKER])
@pytest.mark.parametrize("table", TABLES)
def test_other_processes_have_no_right_to_any_of_it(real_database, door, role, table):
    with real_database.connect(role, role="center", facilities="{1,2,3}") as reader:
        if (role, table) in REMOVED_BY_WORKER:
            # The worker removes what is spent, and finds nothing that is in use.
            assert reader.execute(f"SELECT id FROM {table}").fetchall() == []
        else:
            refused(reader, f"SELECT 1 FROM {table}")


def test_nobody_yet_sees_nothing(real_database, door):
    with staff(real_database) as reader:
        found = {table: count(reader, table) for table in TABLES}

    # How often somebody was wrong must be asked before anybody is known.
    assert found == dict.fromkeys(TABLES, 0) | {"records_failurecount": 1}


def test_a_secret_is_found_by_who_knows_it(real_database, door):
    with staff(real_database, key=DIGEST) as reader:
        assert count(reader, "records_terminalsecret") == 1
    with staff(real_database, key="e" * 64) as reader:
        assert count(reader, "records_terminalsecret") == 0


def test_a_secret_is_not_the_centers_to_read(real_database, door):
    with staff(real_database, actor="1", role="center", facilities="{1,2,3}") as reader:
        assert count(reader, "records_terminalsecret") == 0
        assert count(reader, "records_terminal") == 2


@pytest.mark.parametrize(("code", "seen"), [("nerima", 1), ("seki", 1), ("hikarigaoka", 0)])
def test_a_manager_sees_the_terminals_of_the_facility(real_database, door, code, seen):
    here = f"{{{facility(code).pk}}}"
    with staff(real_database, actor="1", role="manager", facilities=here) as reader:
        assert count(reader, "records_terminal") == seen


def test_a_pin_is_read_by_its_owner_alone(real_database, door):
    owner = str(door.user_id)
    with staff(real_database, actor=owner, role="carer") as reader:
        assert count(reader, "records_staffcredential") == 1
    for role in ("carer", "manager", "center", "administrator"):
        with staff(real_database, actor="999999", role=role, facilities="{1,2,3}") as reader:
            assert count(reader, "records_staffcredential") == 0


def test_sign_ins_are_those_of_the_terminal_that_asks(real_database, door):
    with staff(real_database, terminal=str(door.terminal_id)) as reader:
        assert count(reader, "records_signin") == 1
    with staff(real_database, terminal=str(TerminalFactory.create().pk)) as reader:
        assert count(reader, "records_signin") == 0


FORGED = {
    "a terminal made by a carer": (
        "INSERT INTO records_terminal (id, facility_id, name, is_portable, certificate,"
        " registered_at) VALUES (gen_random_uuid(), 1, 'x', false, '', now())"
    ),
    "a secret for another terminal": (
        "INSERT INTO records_terminalsecret (id, terminal_id, digest, issued_at)"
        " VALUES (gen_random_uuid(), '{terminal}', repeat('f', 64), now())"
    ),
    "a link made by a carer": (
        "INSERT INTO records_terminallink (id, kind, facility_id, name, is_portable, digest,"
        " code_digest, failures, made_at, expires_at) VALUES (gen_random_uuid(), 'link', 1, 'x',"
        " false, repeat('f', 64), '', 0, now(), now())"
    ),
    "a terminal moved to another facility": "UPDATE records_terminal SET facility_id = 1",
    "a secret changed": "UPDATE records_terminalsecret SET digest = repeat('f', 64)",
    "a link made good again": "UPDATE records_terminallink SET expires_at = now()",
    "a day made longer": "UPDATE records_signin SET ends_at = now() + interval '1 year'",
    "a terminal removed": "DELETE FROM records_terminal",
    "a sign-in removed": "DELETE FROM records_signin",
    "failures forgotten by removing them": "DELETE FROM records_failurecount",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_carer_forges_nothing(real_database, door, name):
    values = {"actor": str(door.user_id), "role": "carer", "facilities": "{1,2,3}"}
    # Even where the terminal that asks is another one than that of the rows.
    here = {"terminal": str(TerminalFactory.create().pk), "key": "0" * 64}
    with staff(real_database, **(values | here)) as reader:
        try:
            statement = FORGED[name].replace("{terminal}", str(door.terminal_id))
            changed = reader.execute(statement).rowcount
        except psycopg.errors.InsufficientPrivilege:
            changed = 0
        reader.rollback()

    assert changed == 0


def test_the_owner_could(real_database, door):
    """What the test above could not tell from statements that are wrong."""
    for each in FORGED.values():
        if each.startswith("DELETE FROM records_terminal"):
            continue
        with real_database.connect("azukari_owner", actor="system:tests") as owner:
            statement = each.replace("{terminal}", str(door.terminal_id))
            assert owner.execute(statement).rowcount > 0
            owner.rollback()
