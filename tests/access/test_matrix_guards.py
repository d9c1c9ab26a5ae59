"""Cells of the matrix by lot, with their guards taken away: each guard holds alone, and without any
the cell leaks, which the matrix sees. So no cell is green because it could not be red.
"""

import random

from tests.access import table
from tests.access.doors import doors
from tests.access.expected import READS, SQL
from tests.access.guards import POLICIES, RIGHTS, ROWS, without
from tests.access.test_matrix import SEED, allowed, built, told  # noqa: F401

# Rows of these hold a family's own words.
LABELS = (
    "records.child", "records.household", "records.registration",
    "records.handovernote", "records.staffnote", "booking.booking", "booking.attendance",
    "booking.fee", "booking.payment",
)  # fmt: skip
PERSONS = ("carer", "manager", "carer_elsewhere", "carer_nukui", "carer_seki", "editor", "auditor")
CELLS = 8


def cells(found):
    """Lists and rows, whoever asks; drawn anew each time."""
    lot = random.Random(SEED)  # noqa: S311
    wanted = [d for d in found.values() if d.name in LABELS and d.way in ("list", "row")]
    wanted = [d for d in wanted if "_popup" not in d.path and "_to_field" not in d.path]
    return [(lot.choice(PERSONS), door) for door in lot.sample(wanted, CELLS)]


def guards_of(person, door):
    """Who has no right to a list at all is kept out by that as well."""
    may = person in table.MODELS[door.name].list
    return (ROWS, POLICIES) if may else (RIGHTS, ROWS, POLICIES)


def surplus(built, client, person, door):  # noqa: F811
    return told(built, client, door) - allowed(built, door.kind, person)


def test_each_guard_holds_alone_and_without_any_the_cell_leaks(built, client_of):  # noqa: F811
    print(f"LOT_SEED={SEED}")
    found = {door.path: door for door in doors(built)}
    held, leaked = {}, {}
    drawn = [cell for cell in cells(found) if is_foreign(built, *cell)]
    for person, door in drawn:
        client = client_of("staff", person)
        guards = guards_of(person, door)
        for guard in guards:
            with without(*(other for other in guards if other != guard)):
                words = surplus(built, client, person, door)
            if guard == POLICIES:
                # They know no pages: a lease opens the same rows behind every one.
                words -= allowed(built, SQL, person)
            held[person, door.path, guard] = words
        with without(*guards):
            leaked[person, door.path] = bool(surplus(built, client, person, door))

    assert len(drawn) > CELLS / 2
    assert {cell: words for cell, words in held.items() if words} == {}
    assert leaked == dict.fromkeys(leaked, True)


def is_foreign(built, person, door):  # noqa: F811
    """A row of a family that the person may read of anyway proves nothing."""
    homes = READS[door.kind].get(person, {})
    rows = {
        str(row.pk): home
        for home, family in built.families.items()
        for row in family.rows.values()
    }  # fmt: skip
    home = next((home for key, home in rows.items() if key in door.path.split("/")), None)
    return home is None or home not in homes
