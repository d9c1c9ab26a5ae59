"""The second wall, in raw SQL on real connections: what a role without a page around it reads."""

import datetime as dt
import uuid

import psycopg
import pytest
from django.db import ProgrammingError

from booking.actions import cancellations
from history import clock
from history.walls import PUBLIC, STAFF, WORKER
from records.enums import CareNeedKind
from records.models import Household
from tests.database import run_as, tell
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    CareNeedFactory,
    ChildFactory,
    ConsentFactory,
    HandoverNoteFactory,
    HouseholdFactory,
    InterviewFactory,
    ParentFactory,
    PickUpPersonFactory,
    RegistrationFactory,
    StaffNoteFactory,
    facility,
)

SAFETY = (
    "records_child", "records_careneed", "records_allergy", "records_pickupperson",
    "records_handovernote",
)  # fmt: skip
PRIVATE = (
    "records_parent", "records_household", "records_registration", "records_interview",
    "records_interviewnote", "records_consent", "records_staffnote",
)  # fmt: skip
# Written by staff for staff: the public entry has no right to these tables at all.
NOT_FOR_PARENTS = ("records_handovernote", "records_staffnote", "records_interviewnote")
OWN_BUSINESS = (
    "booking_booking", "booking_bookingtransition", "booking_fee",
)  # fmt: skip
PERSONAL = (*SAFETY, *PRIVATE, *OWN_BUSINESS)


def family(code):
    """A family with a row in every table of the register, at home in a facility."""
    household = HouseholdFactory.create(home_facility=facility(code))
    ParentFactory.create(household=household, with_account=True)
    child = ChildFactory.create(household=household)
    RegistrationFactory.create(child=child, active=True)
    CareNeedFactory.create(child=child, with_allergy=True, confirmed=True)
    for kind in (CareNeedKind.ILLNESS, CareNeedKind.DISABILITY):
        CareNeedFactory.create(child=child, kind=kind, confirmed=True)
    PickUpPersonFactory.create(child=child)
    HandoverNoteFactory.create(child=child, facility=facility(code))
    StaffNoteFactory.create(child=child)
    ConsentFactory.create(household=household)
    InterviewFactory.create(household=household, held=True)
    return household


# A child has three care needs; the allergy stands for them.
ONE_OF_THREE = {"records_careneed": "WHERE kind = 'allergy'"}


def counts(reader, tables=PERSONAL):
    return {
        table: reader.execute(
            f"SELECT count(*) FROM {table} {ONE_OF_THREE.get(table, '')}"
        ).fetchone()[0]
        for table in tables
    }


def at_work(code, role="carer", at=None):
    """What the middleware tells the database of somebody on duty."""
    return {
        "actor": "1",
        "role": role,
        "facilities": f"{{{facility(code).pk}}}",
        "at": (at or clock.now()).isoformat(),
    }


@pytest.fixture
def two_families(real_database):
    """One at 貫井, one at 関: two facilities of one operator, a booking at each."""
    made = {code: family(code) for code in ("nukui", "seki")}
    for code, household in made.items():
        BookingFactory.create(child=household.children.get(), facility=facility(code))
    return made


@pytest.fixture
def abroad(real_database):
    """A family of 練馬, whom 光が丘 knows by a booking only."""
    return family("nerima")


def test_the_data_exists(real_database, two_families):
    with real_database.connect("azukari_owner") as owner:
        assert counts(owner) == dict.fromkeys(PERSONAL, 2)


def test_facilities_of_one_operator_see_nothing_of_each_other(real_database, two_families):
    for code, household in two_families.items():
        with real_database.connect(STAFF, **at_work(code)) as staff:
            assert counts(staff) == dict.fromkeys(PERSONAL, 1)
            for column in ("records_household.id", "records_child.household_id",
                           "booking_booking.household_id"):  # fmt: skip
                table = column.partition(".")[0]
                found = staff.execute(f"SELECT {column} FROM {table}").fetchall()
                assert found == [(household.pk,)]


def test_without_a_context_there_is_nothing(real_database, two_families):
    with real_database.connect(STAFF) as staff:
        assert counts(staff) == dict.fromkeys(PERSONAL, 0)
    for empty in ("", "{}"):
        with real_database.connect(STAFF, actor="", role="", facilities=empty, at="") as staff:
            assert counts(staff) == dict.fromkeys(PERSONAL, 0)
    for_parents = [table for table in PERSONAL if table not in NOT_FOR_PARENTS]
    with real_database.connect(PUBLIC) as public:
        assert counts(public, for_parents) == dict.fromkeys(for_parents, 0)


def test_a_connection_that_served_another_carries_nothing_over(real_database, two_families):
    with real_database.connect(STAFF) as staff:
        tell(staff, **at_work("nukui"))
        assert counts(staff) == dict.fromkeys(PERSONAL, 1)
        staff.commit()

        assert counts(staff) == dict.fromkeys(PERSONAL, 0)
        tell(staff, **at_work("seki"))
        found = staff.execute("SELECT id FROM records_household").fetchall()
        assert found == [(two_families["seki"].pk,)]


def test_what_another_facility_keeps_cannot_be_changed(real_database, two_families):
    with real_database.connect(STAFF, **at_work("nukui")) as staff:
        for statement in (
            "UPDATE records_child SET family_name = '別'",
            "UPDATE records_careneed SET answer = 'no' WHERE kind = 'allergy'",
            "UPDATE booking_booking SET state = 'absent'",
        ):
            assert staff.execute(statement).rowcount == 1


def test_a_child_cannot_be_moved_across_by_hand(real_database, two_families):
    with (
        real_database.connect(STAFF, **at_work("nukui")) as staff,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        staff.execute("UPDATE records_household SET home_facility_id = %s", [facility("seki").pk])


def test_a_booking_opens_the_safety_data_and_cancelling_closes_it(real_database, abroad):
    none = dict.fromkeys(SAFETY, 0)
    there = at_work("hikarigaoka")

    with real_database.connect(STAFF, **there) as staff:
        assert counts(staff, SAFETY) == none
    booking = BookingFactory.create(child=abroad.children.get())
    with real_database.connect(STAFF, **at_work("hikarigaoka")) as staff:
        assert counts(staff, SAFETY) == dict.fromkeys(SAFETY, 1)
        assert counts(staff, PRIVATE) == dict.fromkeys(PRIVATE, 0)
    cancellations.cancel(
        booking=booking,
        by=booking.request.requested_by,
        at=booking.starts_at - dt.timedelta(days=2),
    )
    with real_database.connect(STAFF, **at_work("hikarigaoka")) as staff:
        assert counts(staff, SAFETY) == none


def whom_to_call(reader, household):
    statement = "SELECT family_name, mobile_phone FROM records_contacts_of(%s)"
    return reader.execute(statement, [[household.pk]]).fetchall()


def test_a_lease_tells_whom_to_call_and_nothing_else_of_a_parent(real_database, abroad):
    parent = abroad.parents.get()
    told = [(parent.family_name, parent.mobile_phone)]
    for code in ("nerima", "hikarigaoka"):
        with real_database.connect(STAFF, **at_work(code)) as staff:
            assert whom_to_call(staff, abroad) == (told if code == "nerima" else [])

    booking = BookingFactory.create(child=abroad.children.get())

    for code in ("nerima", "hikarigaoka"):
        with real_database.connect(STAFF, **at_work(code)) as staff:
            assert whom_to_call(staff, abroad) == told
            rows = staff.execute("SELECT user_id, email FROM records_parent").fetchall()
            assert rows == ([(parent.user_id, parent.email)] if code == "nerima" else [])
    end = booking.ends_at + dt.timedelta(days=booking.use_rule.lease_days)
    for other in (at_work("oizumi"), at_work("hikarigaoka", at=end), {}):
        with real_database.connect(STAFF, **other) as staff:
            assert whom_to_call(staff, abroad) == []


@pytest.mark.parametrize("role", [PUBLIC, WORKER])
def test_whom_to_call_is_told_to_staff_alone(real_database, abroad, role):
    with (
        real_database.connect(role, actor="1", household=abroad.pk) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        whom_to_call(reader, abroad)


def test_a_lease_ends_some_days_after_the_use(real_database, abroad):
    booking = BookingFactory.create(child=abroad.children.get())
    end = booking.ends_at + dt.timedelta(days=booking.use_rule.lease_days)

    with real_database.connect(
        STAFF, **at_work("hikarigaoka", at=end - dt.timedelta(seconds=1))
    ) as staff:
        assert counts(staff, SAFETY) == dict.fromkeys(SAFETY, 1)
    with real_database.connect(STAFF, **at_work("hikarigaoka", at=end)) as staff:
        assert counts(staff, SAFETY) == dict.fromkeys(SAFETY, 0)


def test_what_is_on_lease_can_be_read_and_not_changed(real_database, abroad):
    BookingFactory.create(child=abroad.children.get())

    with real_database.connect(STAFF, **at_work("hikarigaoka")) as staff:
        assert staff.execute("UPDATE records_child SET family_name = '別'").rowcount == 0
        assert staff.execute("UPDATE records_careneed SET answer = 'no'").rowcount == 0
        assert staff.execute("DELETE FROM records_allergy").rowcount == 0
        assert staff.execute("UPDATE records_parent SET phone = ''").rowcount == 0


def test_a_lease_of_one_facility_opens_nothing_to_a_third(real_database, abroad):
    BookingFactory.create(child=abroad.children.get())

    with real_database.connect(STAFF, **at_work("oizumi")) as staff:
        assert counts(staff) == dict.fromkeys(PERSONAL, 0)


def test_a_transfer_moves_records_and_their_history(real_database, abroad):
    tables = ("records_child", "records_historicalchild", "records_historicalcareneed")
    before = counts_as(real_database, "nerima", tables)
    assert all(before.values())
    assert not any(counts_as(real_database, "oizumi", tables).values())

    Household.objects.filter(pk=abroad.pk).update(home_facility=facility("oizumi"))

    assert not any(counts_as(real_database, "nerima", tables).values())
    assert counts_as(real_database, "oizumi", tables)["records_child"] == 1
    assert (
        counts_as(real_database, "oizumi", tables)["records_historicalchild"]
        > before["records_historicalchild"]
    )


def counts_as(real_database, code, tables):
    with real_database.connect(STAFF, **at_work(code)) as staff:
        return counts(staff, tables)


def test_who_reads_children_of_all_facilities(real_database, two_families):
    """The list of facilities follows the duty (`queries.duty_of`)."""
    at = clock.now().isoformat()
    with real_database.connect(
        STAFF, actor="1", role="center", facilities="{1,2,3,4,5,6}", at=at
    ) as center:
        assert counts(center) == dict.fromkeys(PERSONAL, 2)
    for role in ("auditor", "editor", "administrator"):
        with real_database.connect(STAFF, actor="1", role=role, at=at) as staff:
            assert counts(staff) == dict.fromkeys(PERSONAL, 0)


def test_a_parent_reads_the_own_household_only(real_database, two_families):
    household = two_families["nukui"]
    tables = [table for table in PERSONAL if table not in NOT_FOR_PARENTS]
    values = {"actor": str(household.parents.get().user_id), "role": "parent"}

    with real_database.connect(PUBLIC, household=household.pk, **values) as family_of_nukui:
        assert counts(family_of_nukui, tables) == dict.fromkeys(tables, 1)
        found = family_of_nukui.execute("SELECT household_id FROM records_child").fetchall()
        assert found == [(household.pk,)]
    with real_database.connect(PUBLIC, household=uuid.uuid4(), actor="0") as nobody:
        assert counts(nobody, tables) == dict.fromkeys(tables, 0)


@pytest.mark.parametrize(
    ("role", "table"),
    [
        *((PUBLIC, table) for table in NOT_FOR_PARENTS),
        (PUBLIC, "records_staffsession"),
        (PUBLIC, "records_facilitymembership"),
        (PUBLIC, "records_accesslease"),
        (PUBLIC, "records_historicalchild"),
        (PUBLIC, "guardian_groupobjectpermission"),
        (STAFF, "records_publicsession"),
        (STAFF, "account_emailaddress"),
        (STAFF, "account_emailconfirmation"),
        (STAFF, "django_admin_log"),
    ],
)
def test_tables_that_an_entry_has_no_right_to(db, role, table):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run_as(role, f"SELECT count(*) FROM {table}")


def test_each_entry_reads_the_accounts_of_its_own_kind(real_database, parent, carer):
    kinds = "SELECT DISTINCT kind FROM records_user ORDER BY 1"
    with real_database.connect("azukari_owner") as owner:
        assert owner.execute(kinds).fetchall() == [("parent",), ("staff",)]

    with real_database.connect(PUBLIC, actor="1") as public:
        assert public.execute(kinds).fetchall() == [("parent",)]
    with real_database.connect(STAFF, actor="1", role="center") as staff:
        assert staff.execute(kinds).fetchall() == [("staff",)]
