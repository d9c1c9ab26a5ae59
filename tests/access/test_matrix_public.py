"""The matrix at the public entry, and in raw SQL at both: whoever asks, with whosever numbers,
reads no word of another family, nor what staff write for staff.
"""

import uuid
from collections import defaultdict

import pytest
from django.apps import apps
from django.db import connection, transaction

from history import clock, context
from history.context import Context
from history.walls import PUBLIC, STAFF
from records.queries import duty_of
from tests.access import expected, scene, table
from tests.access.addresses import addresses
from tests.access.guards import FAMILY_POLICIES, ROWS, without
from tests.access.public_doors import public_doors
from tests.access.test_matrix import allowed, built, every_word, told  # noqa: F401
from tests.entries import EntryClient

HOMES = ("seki", "nukui")
PARENT_ONLY = ("booking:", "records:")


def own(built, home):  # noqa: F811
    """The words that parents of this family may read."""
    words = built.words(home, *expected.FAMILY)
    return {word for word in words if not word.startswith(expected.FOR_STAFF)}


def at_public(built, home):  # noqa: F811
    return EntryClient("public").log_in(built.families[home].parent.user)


def leaks(built, client, doors, may):  # noqa: F811
    found = {door.path: told(built, client, door) - may for door in doors}
    return {path: words for path, words in found.items() if words}


@pytest.mark.by_lot(2)
@pytest.mark.parametrize("home", HOMES)
def test_no_door_tells_a_parent_of_another_family(built, home):  # noqa: F811
    client, doors = at_public(built, home), public_doors(built)

    assert leaks(built, client, doors, own(built, home)) == {}
    # Behind the same doors stands all that they entered themselves.
    seen = set().union(*(told(built, client, door) for door in doors))
    for group in (scene.NAME, scene.NUMBER, scene.CONTACT, scene.SAFETY,
                  scene.PRIVATE, scene.ACCOUNT):  # fmt: skip
        assert built.words(home, group) & seen, group


def test_no_door_tells_a_stranger_anything(built):  # noqa: F811
    assert leaks(built, EntryClient("public"), public_doors(built), set()) == {}


def test_a_number_of_another_family_is_answered_as_one_of_nobody(built):  # noqa: F811
    client = at_public(built, "seki")
    nobody = {"code": "hikarigaoka", "number": uuid.UUID(int=0)}
    blank = {address.name: address.path(nobody) for address in addresses("public")}
    doors = [
        door for door in public_doors(built)
        if door.home not in ("", "seki") and "?" not in door.path
        and door.name.startswith(PARENT_ONLY)
    ]  # fmt: skip
    answers = defaultdict(set)
    for door in doors:
        for send in (client.get, client.post):
            answers[door.name].add(
                (send(door.path).status_code, send(blank[door.name]).status_code)
            )

    assert len(answers) > 10
    assert {
        name: pairs for name, pairs in answers.items() if any(a != b for a, b in pairs)
    } == {}  # fmt: skip


def test_each_guard_holds_alone_and_without_both_the_doors_leak(built):  # noqa: F811
    """A household is found by the code's filter and by the policies, each for itself."""
    doors = [
        door for door in public_doors(built)
        if door.name in ("records:my_page", "records:child", "booking:index")
    ]  # fmt: skip

    def all_leaks():
        return [leaks(built, at_public(built, home), doors, own(built, home)) for home in HOMES]

    with without(ROWS):
        assert all_leaks() == [{}, {}]
    with without(FAMILY_POLICIES):
        assert all_leaks() == [{}, {}]
    with without(ROWS, FAMILY_POLICIES):
        # Which household then comes first is chance; it is not that of both.
        assert any(all_leaks())


# Raw SQL: every column of every table that a role may read at all


def read_by(role, who):
    """All that a connection reads under a context, decrypted as the process could."""
    texts = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        context.enter(who)
        for model in apps.get_models(include_auto_created=True):
            # Of a page its own table; the one above is a model of its own.
            columns = [field.column for field in model._meta.local_concrete_fields]
            cursor.execute(
                "SELECT each FROM unnest(%s::text[]) each"
                " WHERE has_column_privilege(%s, each, 'select')",
                [columns, model._meta.db_table],
            )
            granted = {column for (column,) in cursor.fetchall()}
            own_fields = model._meta.local_concrete_fields
            names = [field.attname for field in own_fields if field.column in granted]
            if names:
                texts += map(str, model._base_manager.order_by().values_list(*names))
        transaction.set_rollback(True)
    return "\n".join(texts)


@pytest.mark.by_lot(4)
@pytest.mark.parametrize("person", sorted(table.STAFF))
def test_raw_sql_tells_staff_what_is_expected(built, named, person):  # noqa: F811
    user = named(person)
    duty = user and duty_of(user, at=clock.now())
    who = Context(actor=str(user.pk) if user else "", entry="staff")
    if duty:
        who = Context(actor=str(user.pk), role=duty.role, facilities=duty.facilities, entry="staff")

    text = read_by(STAFF, who)

    found = {word for word in every_word(built) if word in text}
    assert found - allowed(built, expected.SQL, person) == set()
    for home, groups in expected.READS[expected.SQL].get(person, {}).items():
        for group in groups:
            assert built.words(home, group) & found, (home, group)


@pytest.mark.parametrize("home", [*HOMES, ""])
def test_raw_sql_tells_a_parent_of_the_own_family(built, home):  # noqa: F811
    family = built.families.get(home)
    who = Context(actor="", entry="public")
    if family:
        who = Context(
            actor=str(family.parent.user_id), role="parent", household=family.household.pk,
            entry="public",
        )  # fmt: skip

    text = read_by(PUBLIC, who)

    found = {word for word in every_word(built) if word in text}
    # A log-in finds its account, and no more, before anybody is known.
    accounts = {
        word for each in built.families.values() for word in each.words[scene.ACCOUNT]
        if "@" in word
    }  # fmt: skip
    assert found - accounts - (own(built, home) if family else set()) == set()
    for group in expected.FAMILY if family else ():
        assert built.words(home, group) & found, group
