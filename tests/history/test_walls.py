"""The wall generator: every table is declared, or nothing is built."""

import pytest
from django.db import connection

from history import walls

# What runs with the owner's rights, by the role that may call it.
CALLABLE = {
    walls.PUBLIC: [
        "booking_place_in_line",
        "booking_waited_for",
        "records_own_password",
        "records_readings_of",
        "records_take_invitation",
    ],
    walls.STAFF: [
        "booking_caller",
        "booking_lines_of_callers",
        "booking_look_up",
        "booking_looked_up",
        "booking_own_payer_phone",
        "booking_stays_beside",
        "booking_waited_for",
        "records_contacts_of",
        "records_open_administration",
        "records_open_emergency",
        "records_own_password",
        "records_reset_password",
        "records_take_factors",
    ],
    walls.WORKER: [
        "booking_drawn_children",
        "booking_line_refusal",
        "booking_waited_for",
        "history_seal",
    ],
}  # fmt: skip


def test_every_table_is_declared_and_forced(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relrowsecurity AND relforcerowsecurity"
        )
        walled = {name for (name,) in cursor.fetchall()}

    assert walled == set(connection.introspection.table_names())
    assert walled == set(walls.declared())


def test_an_undeclared_table_stops_the_migration(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE stray (id int)")

    with pytest.raises(LookupError, match="no wall is declared for: stray"):
        walls.raise_walls(connection)


def test_a_wall_for_no_table_stops_it_too(db, monkeypatch):
    declared = walls.declared() | {"ghost": walls.Wall(table="ghost")}
    monkeypatch.setattr(walls, "declared", lambda: declared)

    with pytest.raises(LookupError, match="for no table: ghost"):
        walls.raise_walls(connection)


def test_a_table_is_declared_once(monkeypatch):
    monkeypatch.setattr(walls, "WALLS", [*walls.WALLS, *walls.WALLS])

    with pytest.raises(ValueError, match="history_entry is declared twice"):
        walls.declared()


def test_building_twice_changes_nothing(db):
    before = policies()

    walls.raise_walls(connection)

    assert policies() == before


def policies():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies"
            " ORDER BY 1, 2"
        )
        return cursor.fetchall()


@pytest.mark.parametrize("role", walls.ENTRY_ROLES)
def test_no_entry_can_pass_the_walls(db, role):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
            " WHERE rolname = %s",
            [role],
        )
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", [role])
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("role", walls.ENTRY_ROLES)
def test_no_entry_runs_a_function_of_the_owner_but_those_listed(db, role):
    """Functions with the owner's rights are triggers, which nobody calls, and few others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
            " AND has_function_privilege(%s, oid, 'execute')",
            [role],
        )
        assert sorted(name for (name,) in cursor.fetchall()) == CALLABLE.get(role, [])
