"""Whose account a parent is, in raw SQL: nobody writes it but who holds link and code.

Each statement works for the owner on the same data, or for who may.
"""

import dataclasses
import datetime as dt
import threading
import uuid

import psycopg
import pytest

from history import clock
from history.walls import OWNER, PUBLIC, STAFF, WORKER
from records import joining
from records.actions.invitations import _hash
from records.models import Household, Invitation, Parent
from tests.factories.records import (
    FacilityMembershipFactory,
    HouseholdFactory,
    ParentFactory,
    ParentUserFactory,
    facility,
)

CODE, WRONG = "123456", "654321"


@dataclasses.dataclass
class Family:
    household: Household
    # With an account, invited to one, and no longer invited.
    first: Parent
    second: Parent
    third: Parent
    invitation: Invitation


def family(code):
    household = HouseholdFactory.create(home_facility=facility(code))
    first = ParentFactory.create(household=household, with_account=True)
    Parent.objects.filter(pk=first.pk).update(email=first.user.email)
    second, third = (
        ParentFactory.create(household=household, email="", given_name=name, is_first_contact=False)
        for name in ("誠", "実")
    )
    invite(household, third, first.user, cancelled_at=clock.now())
    return Family(household, first, second, third, invite(household, second, first.user))


def invite(household, parent, by, **fields):
    number, at = uuid.uuid4(), clock.now()
    return Invitation.objects.create(
        pk=number, household=household, parent=parent, invited_by=by,
        code_hash=_hash(number, CODE), created_at=at,
        **{"expires_at": at + dt.timedelta(days=7)} | fields,
    )  # fmt: skip


@pytest.fixture
def here(real_database):
    return family("seki")


@pytest.fixture
def away(real_database):
    return family("nukui")


@pytest.fixture
def newcomer(real_database):
    return ParentUserFactory.create(email="papa@example.jp")


def of(user, family=None):
    """What the middleware tells the database of a parent."""
    context = {"actor": user.pk, "role": "parent", "at": clock.now().isoformat()}
    return context | ({"household": family.household.pk} if family else {})


def rows(database, database_role, statement, /, **context):
    """How many rows a statement finds or changes; None where it is refused."""
    with database.connect(database_role, **context) as found:
        try:
            return found.execute(statement).rowcount
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation):
            return None


def idle(database, database_role, statements, /, **context):
    """Those of the statements that find no row, or are refused."""
    return [
        what for what, text in statements.items()
        if rows(database, database_role, text, **context) in (None, 0)
    ]  # fmt: skip


# What no page needs. {other}: a parent of another family, {papa}: an account of none.
BY_FAMILY = {
    "makes another account the parent": """UPDATE records_parent SET user_id = {papa}
        WHERE given_name = '誠' AND household_id = '{household}'""",
    "takes an account away": "UPDATE records_parent SET user_id = NULL WHERE user_id IS NOT NULL",
    "changes the number of a parent": "UPDATE records_parent SET id = id",
    "moves a parent": "UPDATE records_parent SET household_id = household_id",
    "moves a parent to a facility": "UPDATE records_parent SET home_facility_id = NULL",
    "turns the address away from the account": """UPDATE records_parent
        SET email = 'thief@example.jp' WHERE user_id IS NOT NULL""",
    "adds a parent with another account": """INSERT INTO records_parent
        SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'user_id',
        {papa}, 'email', 'papa@example.jp'))).* FROM records_parent p
        WHERE given_name = '誠' AND household_id = '{household}'""",
    "sets its mistakes back": "UPDATE records_invitation SET failures = 0",
    "takes its own invitation": "UPDATE records_invitation SET accepted_at = now()",
    "prolongs an invitation": "UPDATE records_invitation SET expires_at = '2999-12-31'",
    "chooses a code": "UPDATE records_invitation SET code_hash = ''",
    "calls back what was called off": """UPDATE records_invitation SET cancelled_at = NULL
        WHERE cancelled_at IS NOT NULL AND household_id = '{household}'""",
    "invites in another's name": """INSERT INTO records_invitation
        SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(),
        'cancelled_at', NULL, 'invited_by_id', {papa}))).*
        FROM records_invitation i WHERE cancelled_at IS NOT NULL
        AND household_id = '{household}'""",
    "invites into another family": """INSERT INTO records_invitation
        SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(),
        'household_id', '{their_household}', 'parent_id', '{other}', 'cancelled_at', NULL))).*
        FROM records_invitation i WHERE household_id = '{household}' LIMIT 1""",
    "invites a parent of another family": """INSERT INTO records_invitation
        SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(),
        'cancelled_at', NULL, 'parent_id', '{other}'))).*
        FROM records_invitation i WHERE cancelled_at IS NOT NULL
        AND household_id = '{household}'""",
    "takes away that it invited": "DELETE FROM records_invitation WHERE cancelled_at IS NOT NULL",
    "opens a closed account": "UPDATE records_user SET is_active = is_active",
    "becomes staff": "UPDATE records_user SET kind = kind",
    "takes another's name": "UPDATE records_user SET username = username",
    "sets another's password": "UPDATE records_user SET password = password WHERE id <> {me}",
    "redirects another's mail": """UPDATE account_emailaddress SET email = 'thief-' || email
        WHERE user_id <> {me}""",
    "gives its account another's address": """INSERT INTO account_emailaddress
        (user_id, email, verified, "primary") VALUES ({papa}, 'x@example.jp', true, false)""",
}


def test_a_family_cannot_by_raw_sql(real_database, here, away, newcomer):
    words = {
        "me": here.first.user_id, "papa": newcomer.pk, "other": away.third.pk,
        "household": here.household.pk, "their_household": away.household.pk,
    }  # fmt: skip
    statements = {what: text.format(**words) for what, text in BY_FAMILY.items()}
    me = of(here.first.user, here)

    assert idle(real_database, OWNER, statements, actor="system:tests") == []
    assert idle(real_database, PUBLIC, statements, **me) == list(statements)
    # Nor before anybody is known.
    assert idle(real_database, PUBLIC, statements) == list(statements)


# What its pages do need, and of how many rows.
NEEDED = {
    "corrects a telephone number": ("UPDATE records_parent SET phone = '0312345678'", 3),
    "hands the first call over": (
        "UPDATE records_parent SET is_first_contact = false WHERE is_first_contact", 1,
    ),
    "writes the address of who has no account": (
        """UPDATE records_parent SET email = 'mama@example.jp', bounced_at = NULL
        WHERE user_id IS NULL""", 2,
    ),
    "adds a parent": (
        """INSERT INTO records_parent SELECT (jsonb_populate_record(p, jsonb_build_object(
        'id', gen_random_uuid()))).* FROM records_parent p WHERE given_name = '誠'""", 1,
    ),
    "calls an invitation off": ("UPDATE records_invitation SET cancelled_at = now()", 1),
    "invites": (
        """INSERT INTO records_invitation SELECT (jsonb_populate_record(i, jsonb_build_object(
        'id', gen_random_uuid(), 'cancelled_at', NULL))).*
        FROM records_invitation i WHERE cancelled_at IS NOT NULL""", 1,
    ),
    "changes the own password": (
        "UPDATE records_user SET password = records_password_of(id) WHERE id = {me}", 1,
    ),
    "changes the own address": (
        "UPDATE account_emailaddress SET email = 'new@example.jp' WHERE user_id = {me}", 1,
    ),
}  # fmt: skip


def test_a_family_can(real_database, here, away):
    me = of(here.first.user, here)

    found = {
        what: rows(real_database, PUBLIC, text.format(me=here.first.user_id), **me)
        for what, (text, _count) in NEEDED.items()
    }

    assert found == {what: count for what, (_text, count) in NEEDED.items()}


def take(database, invitation, code, **context):
    """The answer to link and code, kept."""
    with database.connect(PUBLIC, **context) as found:
        (answer,) = found.execute(
            "SELECT records_take_invitation(%s, %s)", [invitation.pk, _hash(invitation.pk, code)]
        ).fetchone()
        found.commit()
    return answer


def test_link_and_code_make_the_account_the_parents(real_database, here, newcomer):
    assert take(real_database, here.invitation, CODE, **of(newcomer)) == joining.TAKEN

    here.second.refresh_from_db()
    assert (here.second.user, here.second.email) == (newcomer, newcomer.email)
    assert here.second.history.first().history_actor == str(newcomer.pk)
    assert take(real_database, here.invitation, CODE, **of(newcomer)) == joining.ELSEWHERE


OVER = {
    "expired": {"expires_at": clock.now() - dt.timedelta(seconds=1)},
    "used": {"accepted_at": clock.now()},
    "called off": {"cancelled_at": clock.now()},
}


def test_an_invitation_that_is_over_opens_nothing(real_database, here, newcomer):
    answers = {}
    for what, fields in OVER.items():
        Invitation.objects.filter(parent=here.second).delete()
        over = invite(here.household, here.second, here.first.user, **fields)
        answers[what] = take(real_database, over, CODE, **of(newcomer))

    assert answers == dict.fromkeys(OVER, joining.OVER)
    assert Parent.objects.filter(user=newcomer).count() == 0
    open_one = invite(here.household, here.third, here.first.user)
    assert take(real_database, open_one, CODE, **of(newcomer)) == joining.TAKEN


def test_five_wrong_codes_close_it_however_they_are_sent(real_database, here, newcomer):
    answers = [take(real_database, here.invitation, WRONG, **of(newcomer)) for _ in range(6)]

    assert answers == [joining.WRONG] * 4 + [joining.CLOSED] * 2
    assert take(real_database, here.invitation, CODE, **of(newcomer)) == joining.CLOSED


def test_wrong_codes_sent_at_once_are_counted_one_by_one(real_database, here, newcomer):
    answers = []

    def send():
        answers.append(take(real_database, here.invitation, WRONG, **of(newcomer)))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [joining.CLOSED] * 4 + [joining.WRONG] * 4


def test_before_the_code_is_right_nothing_of_the_family_is_in_sight(real_database, here, newcomer):
    tables = ("records_household", "records_parent", "records_invitation", "records_child")
    with real_database.connect(PUBLIC, **of(newcomer)) as found:
        found.execute("SELECT records_take_invitation(%s, %s)", [here.invitation.pk, "x"])
        seen = [found.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]

    assert seen == [(0,)] * len(tables)
    assert take(real_database, here.invitation, CODE, **of(newcomer)) == joining.TAKEN


def test_an_account_of_another_family_joins_no_second_one(real_database, here, away):
    answer = take(real_database, here.invitation, CODE, **of(away.first.user, away))

    assert answer == joining.ELSEWHERE
    assert Parent.objects.get(pk=here.second.pk).user is None


def test_only_an_open_account_of_a_parent_joins(real_database, here, newcomer):
    staff = FacilityMembershipFactory.create(facility=facility("seki")).user
    closed = ParentUserFactory.create(is_active=False)

    answers = [
        take(real_database, here.invitation, CODE, **who)
        for who in ({"at": clock.now().isoformat()}, of(staff), of(closed))
    ]

    assert answers == [joining.OVER] * 3
    assert take(real_database, here.invitation, CODE, **of(newcomer)) == joining.TAKEN


def test_the_parent_who_moved_meanwhile_is_not_joined(real_database, here, away, newcomer):
    Parent.objects.filter(pk=here.second.pk).update(household=away.household)

    assert take(real_database, here.invitation, CODE, **of(newcomer)) == joining.OVER


def test_no_other_role_takes_an_invitation(real_database, here):
    statement = f"SELECT records_take_invitation('{here.invitation.pk}', '')"

    found = [rows(real_database, role, statement, actor=1) for role in (PUBLIC, STAFF, WORKER)]

    assert found == [1, None, None]


BY_STAFF = {
    "links an account to a parent": """UPDATE records_parent SET user_id = {papa}
        WHERE given_name = '誠'""",
    "unlinks an account": "UPDATE records_parent SET user_id = NULL WHERE user_id IS NOT NULL",
    "turns the address away from the account": """UPDATE records_parent
        SET email = 'thief@example.jp' WHERE user_id IS NOT NULL""",
    "adds a parent with an account": """INSERT INTO records_parent
        SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'user_id',
        {papa}))).* FROM records_parent p WHERE given_name = '誠'""",
    "moves a parent": "UPDATE records_parent SET household_id = household_id",
    "reads invitations": "SELECT * FROM records_invitation",
}


def test_staff_cannot_by_raw_sql(real_database, here, newcomer):
    statements = {what: text.format(papa=newcomer.pk) for what, text in BY_STAFF.items()}
    manager = {"actor": 1, "role": "manager", "facilities": f"{{{facility('seki').pk}}}"}
    corrected = "UPDATE records_parent SET family_name = '別'"

    assert idle(real_database, OWNER, statements, actor="system:tests") == []
    assert idle(real_database, STAFF, statements, **manager) == list(statements)
    assert rows(real_database, STAFF, corrected, **manager) == 3
