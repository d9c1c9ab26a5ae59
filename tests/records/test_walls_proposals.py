"""Who a family is, and what it proposes, by raw SQL: the database keeps what the pages keep."""

import psycopg
import pytest

from history.walls import OWNER, PUBLIC, STAFF
from records.enums import RegistrationState
from records.models import Child, Household, Parent, Registration
from tests.factories.records import (
    ChildFactory,
    FacilityMembershipFactory,
    HouseholdFactory,
    ParentFactory,
    ProposalFactory,
    facility,
)

CHILD = {
    "family_name": "'森'", "given_name": "'花'", "family_name_kana": "'モリ'",
    "given_name_kana": "'ハナ'", "sex": "'male'", "date_of_birth": "'2024-02-29'",
}  # fmt: skip
PARENT = {name: value for name, value in CHILD.items() if name.endswith(("name", "kana"))}
RENAMINGS = [
    *((f"UPDATE records_child SET {name} = {value}", Child) for name, value in CHILD.items()),
    *((f"UPDATE records_parent SET {name} = {value}", Parent) for name, value in PARENT.items()),
]
EARLY = (
    RegistrationState.DRAFT, RegistrationState.APPLIED, RegistrationState.INTERVIEW_BOOKED,
    RegistrationState.INTERVIEWED,
)  # fmt: skip
SETTLED = (RegistrationState.ACTIVE, RegistrationState.SUSPENDED)


@pytest.fixture
def family(real_database):
    """At home at 光が丘, its one child registered, with a proposal that waits; and another one."""
    household = HouseholdFactory.create(home_facility=facility("hikarigaoka"))
    parent = ParentFactory.create(household=household, with_account=True)
    child = ChildFactory.create(household=household, registered=True)
    ProposalFactory.create(child=child, proposed_by=parent.user)
    away = HouseholdFactory.create(home_facility=facility("seki"))
    other = ParentFactory.create(household=away, with_account=True)
    ProposalFactory.create(
        child=ChildFactory.create(household=away, registered=True), proposed_by=other.user
    )
    return parent


def as_family(parent):
    return {"actor": parent.user_id, "role": "parent", "household": parent.household_id}


def as_staff(user, code="hikarigaoka"):
    return {"actor": user.pk, "role": "carer", "facilities": f"{{{facility(code).pk}}}"}


def changed(real_database, role, statement, values):
    """How many rows; None when it is refused."""
    with real_database.connect(role, **values) as connection:
        try:
            return connection.execute(statement).rowcount
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation):
            return None


@pytest.mark.parametrize(("statement", "model"), RENAMINGS)
def test_a_settled_identity_is_out_of_a_familys_reach(real_database, family, statement, model):
    found = {}
    for state in (*EARLY, *SETTLED):
        Registration.objects.update(state=state)
        found[state] = changed(real_database, PUBLIC, statement, as_family(family))

    assert found == dict.fromkeys(EARLY, 1) | dict.fromkeys(SETTLED)


def test_a_registration_that_ended_settles_as_well_and_a_draft_taken_back_does_not(
    real_database, family
):
    statement = "UPDATE records_parent SET family_name = '森'"
    found = []
    for applied in ("now()", "NULL"):
        with real_database.connect(OWNER, actor="system:tests") as owner:
            owner.execute(
                f"UPDATE records_registration SET state = 'ended', applied_at = {applied}"
            )
            owner.commit()
        found.append(changed(real_database, PUBLIC, statement, as_family(family)))

    assert found == [None, 1]


def test_the_sibling_in_draft_is_still_the_familys_to_write(real_database, family):
    sibling = ChildFactory.create(household=family.household)
    Registration.objects.create(child=sibling)
    statement = f"UPDATE records_child SET family_name = '森' WHERE id = '{sibling.pk}'"

    assert changed(real_database, PUBLIC, statement, as_family(family)) == 1


def test_taking_the_child_back_is_no_way_around(real_database, family):
    statement = "UPDATE records_child SET withdrawn_at = now()"

    assert changed(real_database, PUBLIC, statement, as_family(family)) is None
    assert changed(real_database, OWNER, statement, {"actor": "system:tests"}) == 2


def test_telephone_numbers_stay_the_familys(real_database, family):
    statement = "UPDATE records_parent SET phone = '0312345678'"

    assert changed(real_database, PUBLIC, statement, as_family(family)) == 1


def test_staff_of_the_home_correct_a_name(real_database, family):
    user = FacilityMembershipFactory.create(facility=facility("hikarigaoka")).user
    statement = "UPDATE records_child SET family_name = '森'"

    assert changed(real_database, STAFF, statement, as_staff(user)) == 1


BY_FAMILY = {
    "accepts": """UPDATE records_proposal SET state = 'accepted',
        decided_by_id = proposed_by_id, decided_at = now()""",
    "rewrites": "UPDATE records_proposal SET given_name = family_name",
    "rewrites who proposed": "UPDATE records_proposal SET proposed_by_id = proposed_by_id",
    "deletes": "DELETE FROM records_proposal",
    "proposes in another's name": """INSERT INTO records_proposal SELECT (jsonb_populate_record(p,
        jsonb_build_object('id', gen_random_uuid(), 'child_id', NULL, 'parent_id', '{me}',
        'household_id', '{household}', 'proposed_by_id', (SELECT max(proposed_by_id)
        FROM records_proposal WHERE proposed_by_id <> {user})))).* FROM records_proposal p LIMIT 1
        """,
    "proposes about another's child": """INSERT INTO records_proposal SELECT
        (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'child_id',
        '{stranger}', 'household_id', '{household}', 'state', 'withdrawn', 'proposed_by_id',
        {user}))).* FROM records_proposal p LIMIT 1""",
    "reads another family's": "SELECT * FROM records_proposal WHERE household_id <> '{household}'",
}


@pytest.mark.parametrize("what", BY_FAMILY)
def test_a_family_decides_nothing_of_what_it_proposed(real_database, family, what):
    stranger = Child.objects.exclude(household=family.household).get()
    statement = BY_FAMILY[what].format(
        me=family.pk, household=family.household_id, user=family.user_id, stranger=stranger.pk
    )

    assert changed(real_database, OWNER, statement, {"actor": "system:tests"}) not in (None, 0)
    assert changed(real_database, PUBLIC, statement, as_family(family)) in (None, 0)


def test_a_family_proposes_takes_back_and_does_not_open_again(real_database, family):
    proposes = f"""INSERT INTO records_proposal SELECT (jsonb_populate_record(p,
        jsonb_build_object('id', gen_random_uuid(), 'child_id', NULL, 'parent_id',
        '{family.pk}'))).* FROM records_proposal p LIMIT 1"""
    withdraws = "UPDATE records_proposal SET state = 'withdrawn'"
    reopens = "UPDATE records_proposal SET state = 'waiting'"
    with real_database.connect(PUBLIC, **as_family(family)) as connection:
        found = [connection.execute(each).rowcount for each in (proposes, withdraws, reopens)]

    assert found == [1, 2, 0]


def test_staff_decide_in_their_own_name_what_is_at_home_with_them(real_database, family):
    here = FacilityMembershipFactory.create(facility=facility("hikarigaoka")).user
    there = FacilityMembershipFactory.create(facility=facility("nerima")).user
    decides = """UPDATE records_proposal SET state = 'declined', reason = 'differs',
        decided_at = now(), decided_by_id = {by}"""
    reads = "SELECT * FROM records_proposal"
    opens = "UPDATE records_proposal SET state = 'waiting', reason = ''"

    found = [
        changed(real_database, STAFF, statement, values)
        for statement, values in (
            (reads, as_staff(here)),
            (decides.format(by=here.pk), as_staff(here)),
            (decides.format(by=there.pk), as_staff(here)),
            (opens, as_staff(here)),
            ("UPDATE records_proposal SET given_name = family_name", as_staff(here)),
            (reads, as_staff(there, "nerima")),
            (decides.format(by=there.pk), as_staff(there, "nerima")),
        )
    ]

    assert found == [1, 1, None, None, None, 0, 0]
    assert Household.objects.filter(proposals__isnull=False).count() == 2
