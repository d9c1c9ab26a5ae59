"""Raw SQL by which an entry's role would do more than its pages do. Each statement works for the
owner on the same data, and for the role it is refused or finds no row."""

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser

from booking.models import Booking, Fee
from history.walls import OWNER, PUBLIC, STAFF, WORKER
from records.enums import Role
from records.models import Child, Household, Registration, User
from records.rules import Duty
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    CareNeedFactory,
    ChildFactory,
    FacilityMembershipFactory,
    HouseholdFactory,
    ParentFactory,
    facility,
)

FOREIGN = "SELECT id FROM records_child WHERE given_name = '遠'"
CHANGED_LEASE = """
    UPDATE booking_booking SET state = 'settled';
    UPDATE records_accesslease SET ends_at = starts_at;
    UPDATE booking_booking SET payer_phone = '0300000000'
"""

# What a family must not leave behind, whoever wrote the page.
BY_FAMILY = {
    "admits its child": "UPDATE records_registration SET state = 'active'",
    "prolongs its term": "UPDATE records_registration SET expires_on = '2099-01-01'",
    "confirms its answer": """UPDATE records_careneed SET confirmation = 'confirmed',
        confirmed_by_id = {user}, confirmed_on = '2026-04-01'""",
    "hands in the form": """UPDATE records_careneed SET confirmation = 'unconfirmed',
        form = 'valid', form_valid_until = '2099-01-01'""",
    "was received": "UPDATE booking_booking SET state = 'present'",
    "pays nothing": "UPDATE booking_fee SET care_amount = 0",
    "joins another household": """INSERT INTO records_parent (id, household_id, user_id,
        family_name, given_name, family_name_kana, given_name_kana, mobile_phone, phone, email,
        is_first_contact) SELECT gen_random_uuid(), household_id, NULL, '林', '', 'ハヤシ', '',
        '', '', '', false FROM records_parent WHERE household_id <> {household}""",
    "changes another's account": "UPDATE records_user SET is_active = false WHERE id <> {user}",
    "writes in another's name": """INSERT INTO history_entry (id, at, act, actor, role, entry,
        address, terminal, purpose, model, object_ids, child_ids, fields, path)
        VALUES (gen_random_uuid(), now(), 'view', '999999', '', '', '', '', '', '', '{{}}', '{{}}',
        '{{}}', '')""",
}

BY_STAFF = {
    "opens a child by a booking": f"""INSERT INTO booking_booking SELECT (jsonb_populate_record(b,
        jsonb_build_object('id', gen_random_uuid(), 'child_id', ({FOREIGN}), 'request_key',
        gen_random_uuid(), 'state', 'cancelled_free'))).* FROM booking_booking b LIMIT 1""",
    "turns a booking to another child": f"UPDATE booking_booking SET child_id = ({FOREIGN})",
    "sells a place": "UPDATE booking_slot SET taken = taken",
    "changes a fee": "UPDATE booking_fee SET care_amount = 1",
    "changes a colleague": "UPDATE records_user SET is_active = false WHERE id <> {user}",
    "notes about a stranger": f"""INSERT INTO records_handovernote (id, child_id, facility_id,
        text, written_by_id, written_at) SELECT gen_random_uuid(), ({FOREIGN}), {{facility}},
        '\\x00', {{user}}, now()""",
    "changes the pages": "UPDATE wagtailcore_page SET title = 'x'",
    "gives itself a group": "INSERT INTO records_user_groups (user_id, group_id) SELECT {user}, id "
    "FROM auth_group LIMIT 1",
}


@pytest.fixture
def here(real_database):
    """A family with a booking at 光が丘, where a carer works, and another family far away."""
    membership = FacilityMembershipFactory.create(facility=facility("hikarigaoka"))
    FacilityMembershipFactory.create(facility=facility("seki"))
    household = HouseholdFactory.create(home_facility=facility("hikarigaoka"))
    parent = ParentFactory.create(household=household, with_account=True)
    child = ChildFactory.create(household=household, registered=True)
    CareNeedFactory.create(child=ChildFactory.create(household=household), with_allergy=True)
    BookingFactory.create(child=child)
    away = HouseholdFactory.create(home_facility=facility("seki"))
    ParentFactory.create(household=away, with_account=True)
    ChildFactory.create(household=away, given_name="遠")
    return {"household": household, "parent": parent.user, "carer": membership.user}


def attempt(real_database, database_role, statement, /, **values):
    """How many rows a statement changes; None when it is refused."""
    with real_database.connect(database_role, **values) as connection:
        try:
            return connection.execute(statement).rowcount
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.NotNullViolation):
            return None


@pytest.mark.parametrize("what", BY_FAMILY)
def test_family_cannot_by_raw_sql(real_database, here, what):
    statement = BY_FAMILY[what].format(
        household=f"'{here['household'].pk}'", user=here["parent"].pk
    )
    context = {"actor": here["parent"].pk, "role": "parent", "household": here["household"].pk}

    assert attempt(real_database, OWNER, statement, actor="system:tests") not in (None, 0)
    assert attempt(real_database, PUBLIC, statement, **context) in (None, 0)


@pytest.mark.parametrize("what", BY_STAFF)
def test_staff_cannot_by_raw_sql(real_database, here, what):
    place = facility("hikarigaoka").pk
    statement = BY_STAFF[what].format(user=here["carer"].pk, facility=place)
    context = {"actor": here["carer"].pk, "role": "carer", "facilities": f"{{{place}}}"}

    assert attempt(real_database, OWNER, statement, actor="system:tests") not in (None, 0)
    assert attempt(real_database, STAFF, statement, **context) in (None, 0)


@pytest.mark.parametrize(
    "table", ["records_child", "records_careneed", "records_household", "booking_booking"]
)
def test_worker_reads_nothing_that_no_job_uses(real_database, here, table):
    statement = f"SELECT * FROM {table}"

    assert attempt(real_database, OWNER, statement, actor="system:tests") > 0
    assert attempt(real_database, WORKER, statement, actor="system:tests") is None


def test_a_change_that_opens_nothing_leaves_the_lease_ended(real_database, here):
    with real_database.connect(OWNER, actor="system:tests") as owner:
        owner.execute(CHANGED_LEASE)
        open_leases = owner.execute(
            "SELECT count(*) FROM records_accesslease WHERE ends_at > starts_at"
        ).fetchone()

    assert open_leases == (0,)


def test_a_lease_follows_the_child_into_another_household(real_database, here):
    other = HouseholdFactory.create(home_facility=facility("seki"))

    child = Child.objects.get(bookings__isnull=False)
    child.household = other
    child.save()

    assert list(child.leases.values_list("household", flat=True)) == [other.pk]


@pytest.mark.parametrize("model", [Child, Household, Registration, Booking, Fee])
@pytest.mark.parametrize(
    "user",
    [AnonymousUser(), User(pk=1, kind="staff")],
    ids=["nobody", "staff without membership"],
)
def test_code_shows_nothing_to_whom_nothing_belongs(db, model, user):
    ParentFactory.create(household=ChildFactory.create(registered=True).household)
    BookingFactory.create()

    assert model.objects.exists()
    assert list(model.objects.visible_to(user)) == []


def test_auditor_opens_no_records(db):
    ChildFactory.create()
    auditor = User(pk=1, kind="staff")
    auditor.duty = Duty(role=Role.AUDITOR, facility=1, facilities=())

    assert Child.objects.exists()
    assert list(Child.objects.visible_to(auditor)) == []
