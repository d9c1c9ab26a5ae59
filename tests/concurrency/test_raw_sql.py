"""Each entry's role with raw SQL: no seat too many, no child twice, no step that may not follow.

What the code asks beforehand is a courtesy. Whoever gets past it, by a fault of ours or with a
stolen password of the database, is refused by a constraint, a policy or a missing right.
"""

import psycopg
import pytest

from booking.enums import SEAT_STATES, BookingState
from booking.models import Booking, Slot
from history.walls import PUBLIC, STAFF, WORKER
from records.enums import Role
from tests.concurrency.one_database import clear, real_database
from tests.concurrency.parents import AT, book, families
from tests.factories.booking import slots_of_day
from tests.factories.records import FacilityMembershipFactory, facility

__all__ = ["real_database"]

ROLES = (PUBLIC, STAFF, WORKER)
ONE_MORE = "UPDATE booking_slot SET taken = taken + 1, ones_twos = ones_twos + 1 WHERE taken > 0"
# How the database says no.
REFUSALS = (
    psycopg.errors.CheckViolation, psycopg.errors.ExclusionViolation,
    psycopg.errors.InsufficientPrivilege,
)  # fmt: skip


@pytest.fixture
def booking(real_database):
    """The only place of the morning is sold."""
    clear()
    slots_of_day(places=1)
    return book(families(1)[0], facility("hikarigaoka"))


@pytest.fixture
def enter(real_database, booking):
    """A connection as a role, as somebody whom the booking concerns."""
    post = FacilityMembershipFactory.create(facility=booking.facility, role=Role.MANAGER)
    known = {
        PUBLIC: {
            "actor": booking.request.requested_by_id, "role": "parent",
            "household": booking.household_id, "entry": "public",
        },
        STAFF: {
            "actor": post.user_id, "role": "manager", "facilities": f"{{{booking.facility_id}}}",
            "entry": "staff",
        },
        WORKER: {"actor": "system:tests", "entry": "worker"},
    }  # fmt: skip
    return lambda role: real_database.connect(role, **known[role], at=AT.isoformat())


def is_refused(connected, *statements):
    """Whether the database refuses them, their commit included."""
    try:
        with connected.transaction():
            for statement in statements:
                # Nothing is refused because nothing was there.
                assert connected.execute(statement).rowcount
            connected.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except REFUSALS:
        return True
    return False


@pytest.mark.parametrize("role", ROLES)
def test_no_entry_sells_a_seat_too_many(enter, role):
    with enter(role) as connected:
        assert is_refused(connected, ONE_MORE)


@pytest.mark.parametrize("role", [PUBLIC, WORKER])
def test_it_is_the_ceiling_that_refuses(enter, role):
    """The control: where there is a place the same statement is taken."""
    Slot.objects.update(places=2)

    with enter(role) as connected:
        assert not is_refused(connected, ONE_MORE)


@pytest.mark.parametrize("change", ["places = 9", "places_over = 9", "staff_short = 9"])
def test_families_do_not_raise_a_ceiling(enter, change):
    with enter(PUBLIC) as connected:
        assert is_refused(connected, f"UPDATE booking_slot SET {change}")


def copied(booking, starts_at="starts_at + interval '1 hour'"):
    """The booking once more, at another facility and half into the same hours."""
    changed = {
        "id": "gen_random_uuid()",
        "facility_id": str(facility("nerima").pk),
        "starts_at": starts_at,
        "ends_at": "ends_at + interval '2 hours'",
    }
    columns = [field.column for field in Booking._meta.concrete_fields]
    values = ", ".join(changed.get(column, column) for column in columns)
    return (
        f"INSERT INTO booking_booking ({', '.join(columns)})"
        f" SELECT {values} FROM booking_booking WHERE id = '{booking.pk}'"
    )


def begun(booking):
    """The first step of every booking that has none."""
    return (
        "INSERT INTO booking_bookingtransition"
        " (id, booking_id, facility_id, from_state, to_state, at, reason, cause, channel, by_id)"
        " SELECT gen_random_uuid(), id, facility_id, '', state, starts_at, NULL, '', '',"
        f" {booking.request.requested_by_id} FROM booking_booking WHERE id <> '{booking.pk}'"
    )


@pytest.mark.parametrize("role", ROLES)
def test_no_entry_has_a_child_in_two_places(enter, booking, role):
    with enter(role) as connected:
        assert is_refused(connected, copied(booking), begun(booking))


def test_it_is_the_same_hours_that_are_refused(enter, booking):
    """The control: right after it, the same two statements are taken."""
    with enter(PUBLIC) as connected:
        assert not is_refused(connected, copied(booking, "ends_at"), begun(booking))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "state", [BookingState.HELD, BookingState.OFFERED, BookingState.FETCHED, BookingState.SETTLED]
)
def test_no_entry_takes_a_step_that_may_not_follow(enter, booking, role, state):
    """From confirmed; held and fetched keep the seat, so no counter would notice."""
    assert state in SEAT_STATES
    with enter(role) as connected:
        assert is_refused(connected, step(booking, state), written(booking, state))


@pytest.mark.parametrize(
    ("role", "state"),
    [(PUBLIC, BookingState.CANCELLED_FREE), (STAFF, BookingState.PRESENT)],
)
def test_a_step_that_may_follow_needs_its_row(enter, booking, role, state):
    with enter(role) as connected:
        by = connected.execute("SELECT current_setting('app.actor')").fetchone()[0]
        assert is_refused(connected, step(booking, state))
        assert not is_refused(connected, step(booking, state), written(booking, state, by))


def step(booking, state):
    return f"UPDATE booking_booking SET state = '{state}' WHERE id = '{booking.pk}'"


def written(booking, state, by="NULL"):
    return (
        "INSERT INTO booking_bookingtransition"
        " (id, booking_id, facility_id, from_state, to_state, at, reason, cause, channel, by_id)"
        f" SELECT gen_random_uuid(), id, facility_id, 'confirmed', '{state}', starts_at, NULL, '',"
        f" '', {by}"
        f" FROM booking_booking WHERE id = '{booking.pk}'"
    )
