"""Role × facility × model × door: no word appears that `expected.py` does not give.

Each family's words stand nowhere else, so a leak is a word found. That the words are there at all,
and that the right person finds them behind the same doors, is asserted beside it.
"""

import os
from urllib.parse import unquote

import pytest
from django.contrib import admin

from tests.access import expected, scene, table
from tests.access.doors import Door, doors, text_of, thinned
from tests.entries import settings_of
from tests.factories.records import StaffUserFactory

EVERYBODY = sorted(table.STAFF)
SEED = int(os.environ["LOT_SEED"])


@pytest.fixture
def built(database):
    return scene.build(StaffUserFactory.create(username="W0001"))


def allowed(built, kind, person):
    return {
        word
        for home, groups in expected.READS[kind].get(person, {}).items()
        for word in built.words(home, *groups)
    }


def every_word(built):
    return {
        word for family in built.families.values() for group in family.words.values()
        for word in group
    }  # fmt: skip


def told(built, client, door):
    """The words that come out at a door and were not brought along."""
    text = text_of(client.get(door.path))
    asked = unquote(door.path)
    return {word for word in every_word(built) if word in text and word not in asked}


@pytest.mark.by_lot(3)
@pytest.mark.parametrize("person", EVERYBODY)
def test_no_door_tells_what_is_not_expected(built, client_of, person):
    hold(built, client_of("staff", person), person, thinned(doors(built), SEED))


@pytest.mark.slow
@pytest.mark.parametrize("person", EVERYBODY)
def test_no_door_at_all_tells_what_is_not_expected(built, client_of, person):
    hold(built, client_of("staff", person), person, doors(built))


def hold(built, client, person, asked):
    """No word comes out that is not expected, and each expected kind of word does."""
    leaks, seen = {}, {}
    for door in asked:
        words = told(built, client, door)
        seen.setdefault(door.kind, set()).update(words)
        if surplus := words - allowed(built, door.kind, person):
            leaks[door.path] = surplus

    assert leaks == {}
    # The data is there: each kind of page shows each family to whom it may, and between them all
    # they show every group of words.
    everything = set().union(*seen.values())
    for kind in seen:
        for home, groups in expected.READS[kind].get(person, {}).items():
            assert built.words(home, *groups) & seen[kind], (kind, home)
            for group in groups:
                assert built.words(home, group) & everything, (home, group)


def test_every_model_has_every_way_of_asking(built):
    with settings_of("staff"):
        registered = {model._meta.label_lower for model in admin.site._registry}
    ways = {}
    for door in doors(built):
        ways.setdefault(door.name, set()).add(door.way)

    usual = {"list", "search", "order", "look-up", "add", "export", "import"}
    assert {label for label in registered if not usual <= ways.get(label, set())} == set()
    assert {name for name in table.STAFF_PAGES if name.startswith("admin:")} <= set(ways)


def test_what_is_named_in_the_expectations_exists(built):
    """A page that was renamed would else be of the kind that shows nothing."""
    named = set().union(*expected.KINDS.values())

    assert named <= set(table.MODELS) | set(table.STAFF_PAGES)


# What is exported at all: readings, for those who review them.
EXPORTS = {"/history/entry/export/"}


def test_nothing_else_is_imported_or_exported(built, client_of):
    client = client_of("staff", "clerk")

    found = {
        door.path: client.get(door.path, follow=True).status_code
        for door in doors(built)
        if door.way in ("import", "export") and door.path not in EXPORTS
    }

    assert found == dict.fromkeys(found, 404)


def test_an_autocomplete_tells_a_facility_its_own_child(built, client_of):
    doors_of_child = [
        door
        for door in doors(built)
        if door.way == "autocomplete" and "field_name=child" in door.path
    ]
    client = client_of("staff", "carer_seki")

    found = {door.name: told(built, client, door) for door in doors_of_child}

    assert found["records.handovernote"] == {built.families["seki"].child.family_name}
    assert found["records.staffnote"] == found["records.handovernote"]


def test_a_word_in_a_page_or_a_header_is_found(built, client_of):
    client = client_of("staff", "clerk")
    row = built.families["seki"].rows["records.child"]
    door = Door(expected.REGISTER, "row", "records.child", f"/records/child/{row.pk}/change/")

    found = told(built, client, door)

    assert built.words("seki", scene.NAME) <= found
    assert built.words("nukui", scene.NAME).isdisjoint(found)
