"""What the database itself asks of reports: whose they are, who signs, and that they stand."""

import psycopg
import pytest

from booking.actions import attendances
from booking.day.enums import IncidentState
from booking.day.models import Incident
from history import clock
from history.walls import PUBLIC, STAFF
from tests.factories.booking import BookingFactory
from tests.factories.day import IncidentEntryFactory, IncidentFactory
from tests.factories.records import ChildFactory, StaffUserFactory, facility


def here(by, code="hikarigaoka", name="花"):
    """A child that is in care."""
    child = ChildFactory.create(registered=True, given_name=name)
    booking = BookingFactory.create(child=child, facility=facility(code))
    attendances.arrive(booking=booking, by=by, at=booking.starts_at)
    return booking


def at_work(user, code, role="carer"):
    return {
        "actor": user.pk, "role": role, "facilities": f"{{{facility(code).pk}}}",
        "at": clock.now().isoformat(),
    }  # fmt: skip


def changed(connection, statement, *values):
    """How many rows; nothing where it is refused."""
    try:
        return connection.execute(statement, values).rowcount
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation):
        connection.rollback()
        return 0


TABLES = ("day_incident", "day_incidentchild", "day_incidententry")


@pytest.fixture
def told_of(real_database, carer_elsewhere):
    """A submitted report of 光が丘 with a child and an entry."""
    booking = here(carer_elsewhere)
    incident = IncidentFactory.create(
        booking=booking, started_by=carer_elsewhere, submitted=True,
    )  # fmt: skip
    IncidentEntryFactory.create(incident=incident, written_by=carer_elsewhere)
    return incident


def test_a_report_is_its_own_facilitys_and_no_parents(
    real_database, told_of, carer, carer_elsewhere
):
    found = {}
    for person, code in ((carer, "nerima"), (carer_elsewhere, "hikarigaoka")):
        with real_database.connect(STAFF, **at_work(person, code)) as staff:
            found[code] = [len(staff.execute(f"SELECT id FROM {t}").fetchall()) for t in TABLES]
    household = told_of.children.get().booking.household
    parent = household.parents.first().user
    refused = 0
    for table in TABLES:
        with (
            real_database.connect(
                PUBLIC, actor=parent and parent.pk, household=household.pk
            ) as public,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            public.execute(f"SELECT id FROM {table}")
        refused += 1

    assert found == {"nerima": [0, 0, 0], "hikarigaoka": [1, 1, 1]}
    assert refused == len(TABLES)


SIGN = (
    "UPDATE day_incident SET state = 'signed', signed_by_id = %s, signed_at = now() WHERE id = %s"
)
REWRITE = "UPDATE day_incident SET kind = 'accident', written_by_id = %s WHERE id = %s"
BACK = (
    "UPDATE day_incident SET state = 'draft', submitted_by_id = NULL, submitted_at = NULL,"
    " kind = 'accident', written_by_id = %s WHERE id = %s"
)


def test_only_a_manager_signs_in_the_own_name_and_nobody_rewrites(
    real_database, told_of, carer_elsewhere
):
    boss, other = StaffUserFactory.create(), StaffUserFactory.create()
    tries = {
        "a carer": (other, "carer", SIGN, other),
        "another's name": (boss, "manager", SIGN, other),
        "who handed it in": (carer_elsewhere, "manager", SIGN, carer_elsewhere),
        "rewritten": (carer_elsewhere, "carer", REWRITE, carer_elsewhere),
        "rewritten on the way back": (carer_elsewhere, "carer", BACK, carer_elsewhere),
        "the center writes": (boss, "center", BACK, boss),
        "a manager": (boss, "manager", SIGN, boss),
    }

    found = {}
    for name, (user, role, statement, named) in tries.items():
        with real_database.connect(STAFF, **at_work(user, "hikarigaoka", role)) as staff:
            found[name] = changed(staff, statement, named.pk, told_of.pk)
            staff.rollback()

    assert found == dict.fromkeys(tries, 0) | {"a manager": 1}


def test_what_is_signed_stays_and_entries_are_only_added(real_database, told_of, carer_elsewhere):
    boss = StaffUserFactory.create()
    with real_database.connect(STAFF, **at_work(boss, "hikarigaoka", "manager")) as staff:
        changed(staff, SIGN, boss.pk, told_of.pk)
        staff.commit()
    tries = {
        "unsigned": "UPDATE day_incident SET state = 'draft', submitted_by_id = NULL,"
        " submitted_at = NULL, signed_by_id = NULL, signed_at = NULL",
        "rewritten": "UPDATE day_incident SET kind = 'accident'",
        "removed": "DELETE FROM day_incident",
        "another child": "DELETE FROM day_incidentchild",
        "an entry rewritten": "UPDATE day_incidententry SET kind = 'told'",
        "an entry removed": "DELETE FROM day_incidententry",
    }

    found = {}
    for name, statement in tries.items():
        with real_database.connect(STAFF, **at_work(boss, "hikarigaoka", "manager")) as staff:
            found[name] = changed(staff, statement)

    assert found == dict.fromkeys(tries, 0)
    assert Incident.objects.get().state == IncidentState.SIGNED


def test_what_is_written_is_encrypted(real_database, told_of):
    with real_database.connect("azukari_owner") as owner:
        (found,) = owner.execute("SELECT what_happened FROM day_incident").fetchone()

    assert told_of.what_happened == "すべり台で転んだ。"
    assert "すべり台".encode() not in bytes(found)
