"""Raw SQL by which an entry's role would do more than its pages do. Each statement works for the
owner on the same data, and for the role it is refused or finds no row."""

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser

from booking.models import Booking, Fee
from history.enums import Act
from history.models import Entry
from history.walls import ENTRY_ROLES, OWNER, PUBLIC, STAFF, WORKER, history_table, tracked_models
from records.enums import Role
from records.models import Child, Household, Registration, User
from records.rules import Duty
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    CareNeedFactory,
    ChildFactory,
    ConsentFactory,
    FacilityMembershipFactory,
    HouseholdFactory,
    InterviewFactory,
    ParentFactory,
    StaffNoteFactory,
    facility,
)

FOREIGN = "SELECT id FROM records_child WHERE given_name = '遠'"
CHANGED_LEASE = """
    INSERT INTO booking_bookingtransition
        (id, booking_id, facility_id, from_state, to_state, at, reason, cause, channel)
    SELECT gen_random_uuid(), b.id, b.facility_id, step.before, step.after, now(), NULL, '', ''
    FROM booking_booking b, (VALUES ('confirmed', 'present'), ('present', 'fetched'),
        ('fetched', 'settled')) step (before, after);
    UPDATE booking_booking SET state = 'present';
    UPDATE booking_booking SET state = 'fetched';
    UPDATE booking_booking SET state = 'settled';
    UPDATE records_accesslease SET ends_at = starts_at;
    UPDATE booking_booking SET payer_phone = '0300000000'
"""

CONSENT = """
    INSERT INTO records_consent (id, household_id, text_id, given_by_id, given_at)
    SELECT gen_random_uuid(), {household}, text.id, account.id, now()
    FROM records_consenttext text, records_user account
    WHERE text.id NOT IN (SELECT text_id FROM records_consent) AND account.kind = 'parent'
        AND account.id {whose} {user} LIMIT 1
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
        address, terminal, purpose, model, object_ids, child_ids, fields, path,
        digest)
        VALUES (gen_random_uuid(), now(), 'view', '999999', '', '', '', '', '', '', '{{}}', '{{}}',
        '{{}}', '', '')""",
    "hides its address": "UPDATE records_household SET is_protected = true",
    "says its address was checked": """UPDATE records_household
        SET residency_checked_on = '2026-04-01'""",
    "chooses its child's number": "UPDATE records_child SET code = code",
    "gives its child more staff": "UPDATE records_child SET needs_one_to_one = true",
    "moves its booking": "UPDATE booking_booking SET starts_at = starts_at + interval '30 minutes'",
    "books in another name": "UPDATE booking_booking SET payer_name = '別'",
    "reads what was written at its interview": "SELECT * FROM records_interviewnote",
    "says that it was interviewed": "UPDATE records_interview SET held_at = now()",
    "consents in another parent's name": CONSENT.replace("{whose}", "<>"),
    "takes a consent back unseen": "UPDATE records_consent SET withdrawn_at = now()",
    "reads the notes about its child": "SELECT * FROM records_staffnote",
    "opens its child to a facility": "UPDATE records_accesslease SET ends_at = '2999-12-31'",
    "reads a colleague of ours": "SELECT * FROM records_user WHERE kind = 'staff'",
    "reads another family": f"SELECT * FROM records_child WHERE id = ({FOREIGN})",
    "reads another family's history": "SELECT * FROM records_historicalhousehold",
}

BY_STAFF = {
    "opens a child by a booking": f"""INSERT INTO booking_booking SELECT (jsonb_populate_record(b,
        jsonb_build_object('id', gen_random_uuid(), 'child_id', ({FOREIGN})))).*
        FROM booking_booking b LIMIT 1""",
    "turns a booking to another child": f"UPDATE booking_booking SET child_id = ({FOREIGN})",
    "changes a fee": "UPDATE booking_fee SET used_minutes = 1, care_amount = 1",
    "changes a colleague": "UPDATE records_user SET is_active = false WHERE id <> {user}",
    "notes about a stranger": f"""INSERT INTO records_handovernote (id, child_id, facility_id,
        text, written_by_id, written_at) SELECT gen_random_uuid(), ({FOREIGN}), {{facility}},
        '\\x00', {{user}}, now()""",
    "opens a child by hand": f"""INSERT INTO records_accesslease (id, child_id, household_id,
        facility_id, starts_at, ends_at, reason, cause) SELECT gen_random_uuid(), id, household_id,
        {{facility}}, now(), now() + interval '1 day', 'emergency', gen_random_uuid()
        FROM records_child WHERE id = ({FOREIGN})""",
    "reads on when the lease is over": "UPDATE records_accesslease SET ends_at = '2999-12-31'",
    "reads another family": f"SELECT * FROM records_child WHERE id = ({FOREIGN})",
    "looks for a name among all": "SELECT * FROM records_child WHERE given_name LIKE '遠%'",
    "reads a parent's account": "SELECT password FROM records_user WHERE kind = 'parent'",
    "changes a child's number": "UPDATE records_child SET code = code",
    "takes a child into another family": "UPDATE records_child SET household_id = household_id",
    "sends a household elsewhere": "UPDATE records_household SET home_facility_id = NULL",
    "admits a child without a family": """INSERT INTO records_registration SELECT
        (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'child_id', (
        SELECT id FROM records_child c WHERE NOT EXISTS (SELECT 1 FROM records_registration
        WHERE child_id = c.id) LIMIT 1)))).* FROM records_registration r LIMIT 1""",
    "consents for a family": """INSERT INTO records_consent SELECT (jsonb_populate_record(c,
        jsonb_build_object('id', gen_random_uuid(), 'withdrawn_at', now()))).*
        FROM records_consent c LIMIT 1""",
    "changes the rules": "UPDATE booking_userule SET is_provisional = false",
    "works elsewhere": "UPDATE records_facilitymembership SET role = 'manager'",
    "reads who failed to log in as whom": "SELECT * FROM records_historicaluser",
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
    InterviewFactory.create(household=household, held=True)
    ConsentFactory.create(household=household)
    StaffNoteFactory.create(child=child)
    Entry.objects.create(act=Act.VIEW, actor="1", facility=facility("hikarigaoka").pk)
    away = HouseholdFactory.create(home_facility=facility("seki"))
    ParentFactory.create(household=away, with_account=True)
    ChildFactory.create(household=away, given_name="遠")
    return {"household": household, "parent": parent.user, "carer": membership.user}


REFUSALS = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.NotNullViolation,
    psycopg.errors.CheckViolation,
)


def attempt(real_database, database_role, statement, /, **values):
    """How many rows a statement changes; None when it is refused."""
    with real_database.connect(database_role, **values) as connection:
        try:
            return connection.execute(statement).rowcount
        except REFUSALS:
            return None


@pytest.mark.parametrize("what", BY_FAMILY)
def test_family_cannot_by_raw_sql(real_database, here, what):
    statement = BY_FAMILY[what].format(
        household=f"'{here['household'].pk}'", user=here["parent"].pk
    )
    context = {"actor": here["parent"].pk, "role": "parent", "household": here["household"].pk}

    assert attempt(real_database, OWNER, statement, actor="system:tests") not in (None, 0)
    assert attempt(real_database, PUBLIC, statement, **context) in (None, 0)


def test_a_parent_consents_in_the_own_name(real_database, here):
    statement = CONSENT.format(
        household=f"'{here['household'].pk}'", user=here["parent"].pk, whose="="
    )
    context = {"actor": here["parent"].pk, "role": "parent", "household": here["household"].pk}

    assert attempt(real_database, PUBLIC, statement, **context) == 1


@pytest.mark.parametrize("what", BY_STAFF)
def test_staff_cannot_by_raw_sql(real_database, here, what):
    place = facility("hikarigaoka").pk
    statement = BY_STAFF[what].format(user=here["carer"].pk, facility=place)
    context = {"actor": here["carer"].pk, "role": "carer", "facilities": f"{{{place}}}"}

    assert attempt(real_database, OWNER, statement, actor="system:tests") not in (None, 0)
    assert attempt(real_database, STAFF, statement, **context) in (None, 0)


# What the database writes by itself, and what is written once.
BOOKS = sorted({history_table(model) for model in tracked_models()} | {"records_accesslease"})
ONCE = [*BOOKS, "history_entry", "booking_bookingtransition"]


@pytest.mark.parametrize("role", ENTRY_ROLES)
def test_nobody_edits_what_is_written_once(real_database, here, role):
    """Leases and the history are written by triggers alone; entries and transitions only added."""
    statements = []
    for table in ONCE:
        column = "history_id" if "historical" in table else "id"
        if table in BOOKS:
            statements.append(
                f"INSERT INTO {table} ({column}) SELECT {column} FROM {table} LIMIT 0"
            )
        statements += [
            f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table}",
        ]  # fmt: skip
    context = {"actor": here["carer"].pk, "role": "center"}

    done = [s for s in statements if attempt(real_database, role, s, **context) is not None]

    assert done == []
    # The owner may write a lease; not even the owner edits the history.
    lease = "UPDATE records_accesslease SET id = id"
    assert attempt(real_database, OWNER, lease, actor="system:tests") > 0
    with real_database.connect(OWNER) as owner:
        assert owner.execute("SELECT count(*) FROM records_historicalchild").fetchone()[0] > 0


def test_a_table_of_ones_own_does_not_stand_before_the_history(real_database, here):
    """Who may make a temporary table could let the trigger write there, and no trace would stay."""
    child = Child.objects.get(bookings__isnull=False)
    place = facility("hikarigaoka").pk
    context = {"actor": here["carer"].pk, "role": "carer", "facilities": f"{{{place}}}"}

    with real_database.connect(STAFF, **context) as staff:
        staff.execute("CREATE TEMPORARY TABLE records_historicalchild (LIKE"
                      " public.records_historicalchild)")  # fmt: skip
        staff.execute("UPDATE records_child SET family_name = '別' WHERE id = %s", [child.pk])
        found = staff.execute("SELECT count(*) FROM pg_temp.records_historicalchild").fetchone()
        staff.commit()

    assert found == (0,)
    assert child.history.first().family_name == "別"


@pytest.mark.parametrize(
    "table", ["records_child", "records_careneed", "records_household", "booking_booking"]
)
def test_worker_reads_nothing_that_no_job_uses(real_database, here, table):
    statement = f"SELECT * FROM {table}"

    assert attempt(real_database, OWNER, statement, actor="system:tests") > 0
    assert attempt(real_database, WORKER, statement, actor="system:tests") is None


@pytest.mark.parametrize("role", [PUBLIC, STAFF])
def test_an_entry_defers_jobs_and_reads_nobody_s(real_database, here, role):
    """Their arguments name families and children by number."""
    job = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('x', 'x', '{}')"
        " RETURNING id"
    )
    reading = "SELECT args FROM procrastinate_jobs"

    assert attempt(real_database, role, job, actor=here["carer"].pk) == 1
    assert attempt(real_database, OWNER, f"{job}; {reading}") > 0
    assert attempt(real_database, role, reading, actor=here["carer"].pk, role="center") is None


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
