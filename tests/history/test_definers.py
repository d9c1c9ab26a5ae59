"""The functions that run with the owner's rights: a closed list, each held to its own rules."""

import re

import pytest
from django.conf import settings
from django.db import connection

from history.walls import ENTRY_ROLES

PAGE = settings.ROOT / "site/docs/definers.md"
ROW = re.compile(r"^\| `(\w+)` \| .+ \| (.+) \|$", re.MULTILINE)


def listed():
    """Function and who may call it, as the page says."""
    return {
        name: set() if who.startswith("nobody") else set(who.split(", "))
        for name, who in ROW.findall(PAGE.read_text())
    }


def of_database():
    """The same, as the database says; PUBLIC included, which no role here may lean on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.oid::int, p.proname FROM pg_proc p JOIN pg_namespace n"
            " ON n.oid = p.pronamespace WHERE p.prosecdef"
            " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
        )
        found = cursor.fetchall()
        callers = {}
        for oid, name in found:
            cursor.execute(
                "SELECT r FROM unnest(%s::text[]) r"
                " WHERE has_function_privilege(r, %s::oid, 'execute')",
                [[*ENTRY_ROLES, "azukari_backup"], oid],
            )
            callers[name] = {role for (role,) in cursor.fetchall()}
    return callers


def unsafe():
    """Those whose search path is not fixed with `pg_temp` at its end, or that PUBLIC may call."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef"
            " AND pronamespace = 'public'::regnamespace AND ("
            " NOT 'search_path=pg_catalog, public, pg_temp' = ANY (coalesce(proconfig, '{}'))"
            " OR proacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(proacl) WHERE grantee = 0))"
        )
        return {name for (name,) in cursor.fetchall()}


def test_the_list_is_closed(db):
    assert of_database() == listed()


def test_each_is_safe_to_run_with_the_owner_s_rights(db):
    assert unsafe() == set()


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ("SET search_path = pg_catalog, public", "temporary tables come first"),
        ("SET search_path = pg_catalog, public, pg_temp", "PUBLIC may call it"),
    ],
)
def test_a_careless_function_is_found(db, options, what):
    before = set(of_database())
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION stray() RETURNS int LANGUAGE sql SECURITY DEFINER"
            f" {options} AS 'SELECT 1'"
        )

    assert unsafe() == {"stray"}
    assert set(of_database()) - before == {"stray"}
