"""What staff who look a caller up, families and the worker can't do with bookings by raw SQL. Each
statement goes through for whom it is meant."""

import datetime as dt

import psycopg
import pytest

from booking.enums import Channel
from booking.models import Booking, BookingRequest, Fee
from history import clock
from history.walls import OWNER, PUBLIC, STAFF, WORKER
from tests.factories.booking import BookingFactory, UseHoldFactory, WaitingFactory, slots_of_day
from tests.factories.records import ChildFactory, HouseholdFactory, ParentFactory, facility

PHONE = "09033334444"
THERE, HERE = "hikarigaoka", "nerima"


@pytest.fixture
def booked(real_database):
    """At home at 関, booked at 光が丘; a carer of 練馬 has them on the telephone."""
    household = HouseholdFactory.create(home_facility=facility("seki"))
    ParentFactory.create(
        household=household, mobile_phone=PHONE, is_first_contact=True, with_account=True
    )
    return BookingFactory.create(child=ChildFactory.create(household=household, registered=True))


def at_work(user, code, role="carer"):
    return {
        "actor": user.pk, "role": role, "facilities": f"{{{facility(code).pk}}}",
        "at": clock.now().isoformat(),
    }  # fmt: skip


def look_up(connection, booking):
    connection.execute(
        "SELECT * FROM booking_look_up(%s, '', NULL, %s, %s)",
        [booking.child_code, booking.day, booking.use_rule_id],
    )


def count(connection, statement, *values):
    """How many rows; nothing where it is refused."""
    try:
        return connection.execute(statement, values).rowcount
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation):
        connection.rollback()
        return 0


# Whom a look-up shows


PHONES = "SELECT booking_payer_phone(id, facility_id) FROM booking_booking WHERE id = %s"


def test_a_look_up_shows_the_booking_and_not_the_telephone(
    real_database, booked, carer, carer_elsewhere
):
    with real_database.connect(STAFF, **at_work(carer, HERE)) as staff:
        look_up(staff, booked)
        assert staff.execute(PHONES, [booked.pk]).fetchall() == [("",)]
        # Also by a lie about where it is, and by the function within.
        forged = PHONES.replace("facility_id)", f"{facility(HERE).pk})")
        assert staff.execute(forged, [booked.pk]).fetchall() == [(None,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            staff.execute("SELECT payer_phone FROM booking_booking")
    with real_database.connect(STAFF, **at_work(carer_elsewhere, THERE)) as staff:
        assert staff.execute(PHONES, [booked.pk]).fetchall() == [(PHONE,)]
    with real_database.connect(OWNER) as owner:
        assert owner.execute(PHONES, [booked.pk]).fetchall() == [(PHONE,)]
    assert Booking.objects.get().payer_phone == PHONE


@pytest.mark.parametrize(
    "change", ["waived_amount = 1, waived_reason = 'other'", "overrun_minutes = 30"]
)
def test_a_look_up_is_no_reason_to_waive_or_prolong(real_database, booked, manager, change):
    Fee.objects.update(overrun_amount=500, overrun_minutes=15)
    statement = f"UPDATE booking_fee SET {change} WHERE booking_id = %s"

    with real_database.connect(STAFF, **at_work(manager, HERE, "manager")) as staff:
        look_up(staff, booked)
        seen = count(staff, "SELECT id FROM booking_fee WHERE booking_id = %s", booked.pk)
        changed = count(staff, statement, booked.pk)
    with real_database.connect(STAFF, **at_work(manager, THERE, "manager")) as staff:
        changed_there = count(staff, statement, booked.pk)

    assert (seen, changed, changed_there) == (1, 0, 1)


# How a request comes


REQUEST = """
    INSERT INTO booking_bookingrequest
        (id, household_id, requested_by_id, requested_at, channel, accepts, key, digest)
    VALUES (gen_random_uuid(), %s, %s, now(), %s, 'all', gen_random_uuid(), '')
"""


def test_a_family_asks_by_itself_alone(real_database, booked):
    """What came over the counter passes a hold and opens earlier: staff alone write that."""
    parent = booked.household.parents.get().user_id
    values = {"actor": parent, "role": "parent", "household": booked.household_id}

    written = set()
    for channel in Channel:
        with real_database.connect(PUBLIC, **values) as family:
            if count(family, REQUEST, booked.household_id, parent, channel.value):
                written.add(channel)

    assert written == {Channel.WEB}


@pytest.mark.parametrize("role", ["carer", "manager", "center"])
def test_staff_say_how_they_were_asked(real_database, booked, carer, role):
    """Not that a family asked by itself, nor what is drawn; from paper not every one of them."""
    written = set()
    for channel in Channel:
        with real_database.connect(STAFF, **at_work(carer, HERE, role)) as staff:
            look_up(staff, booked)
            if count(staff, REQUEST, booked.household_id, carer.pk, channel.value):
                written.add(channel)

    paper = set() if role == "carer" else {Channel.PAPER}
    assert written == {Channel.PHONE, Channel.COUNTER, Channel.WALK_IN} | paper


def test_the_worker_asks_for_whoever_waits_in_their_name(real_database, booked):
    waiting = WaitingFactory.create()
    own = (waiting.household_id, waiting.joined_by_id)
    other = (booked.household_id, booked.household.parents.get().user_id)
    values = {"actor": "system:offers", "at": clock.now().isoformat()}

    found = []
    for household, account in (own, other, (own[0], other[1])):
        with real_database.connect(WORKER, **values) as worker:
            found.append(count(worker, REQUEST, household, account, "web"))
    with real_database.connect(WORKER, **values) as worker:
        found.append(count(worker, REQUEST, *own, "draw"))

    assert found == [1, 0, 0, 0]


# What a hold lets through


def test_only_who_stands_at_the_door_today_passes_a_hold(real_database, booked, carer):
    """Written as a walk-in, a booking of another day is one all the same."""
    UseHoldFactory.create(booking=booked)
    slots_of_day(day=booked.day)
    start = booked.starts_at + dt.timedelta(hours=5)
    insert = """
        INSERT INTO booking_booking (id, child_id, household_id, facility_id, starts_at, ends_at,
            state, request_id, child_name, child_name_kana, child_code, payer_name, payer_phone,
            age_years, class_age, staffing_group, seat_kind, misfit, use_rule_id)
        SELECT gen_random_uuid(), b.child_id, b.household_id, b.facility_id, %s,
            %s::timestamptz + interval '30 minutes', 'confirmed', b.request_id, '', '', '', '', '',
            2, 2, 'ones_twos', '', '', b.use_rule_id FROM booking_booking b WHERE b.id = %s
    """
    BookingRequest.objects.update(channel=Channel.WALK_IN)

    found = []
    for moment in (booked.starts_at - dt.timedelta(days=1), booked.starts_at):
        with real_database.connect(OWNER, actor="system:tests", at=moment.isoformat()) as owner:
            found.append(count(owner, insert, start, start, booked.pk))

    assert found == [0, 1]
