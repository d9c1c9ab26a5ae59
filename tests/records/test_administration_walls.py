"""緊急管理者操作 below the pages: what the database alone allows."""

import datetime as dt

import psycopg
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import IntegrityError

from history.models import Entry
from history.walls import OWNER, PUBLIC, STAFF, WORKER
from records import keys
from records.models import AdministratorOpening, FacilityMembership, SignIn, User
from tests.door import NINE
from tests.entries import EntryClient
from tests.factories.records import facility
from tests.factories.terminals import AdministratorOpeningFactory, TerminalFactory

REASON = "センターの全員がログインできません"
MINUTE = dt.timedelta(minutes=1)
HOUR = 60 * MINUTE


@pytest.fixture(autouse=True)
def _nine():
    with time_machine.travel(NINE, tick=False):
        yield


@pytest.fixture
def at_work(real_database, administrator, carer):
    """The administrator's screen, as the middleware describes it to the database."""
    client = EntryClient("staff").log_in(administrator)
    sign_in = SignIn.objects.get(user=administrator)
    values = {
        "actor": administrator.pk, "role": "administrator", "entry": "staff",
        "terminal": client.screen.terminal.pk, "at": NINE.isoformat(),
    }  # fmt: skip
    return real_database, values, sign_in


def statements(user):
    here = facility("nerima").pk
    return {
        "a membership": "INSERT INTO records_facilitymembership (user_id, facility_id, role,"
        " starts_on, end_reason, help_reason) VALUES"
        f" ({user.pk}, {facility('seki').pk}, 'manager', '2026-11-24', '', '')",
        "a longer membership": "UPDATE records_facilitymembership SET ends_on = NULL,"
        f" role = 'manager' WHERE user_id = {user.pk}",
        "an account": "INSERT INTO records_user (kind, username, name, password, email,"
        " is_active, is_superuser, created_at)"
        " VALUES ('staff', 'X1', 'x', 'x', '', true, false, now())",
        "a password": f"SELECT records_reset_password({user.pk}, 'x', 'forgotten')",
        "training": "INSERT INTO records_staffaccount (user_id, trained_on, close_reason)"
        f" VALUES ({user.pk}, '2026-04-01', '')",
        "a terminal": "INSERT INTO records_terminal (id, facility_id, name, is_portable,"
        f" certificate, registered_at) VALUES (gen_random_uuid(), {here}, 'x', false, '', now())",
        "a link": "INSERT INTO records_terminallink (id, kind, facility_id, name, is_portable,"
        " digest, code_digest, failures, made_at, expires_at) VALUES (gen_random_uuid(), 'link',"
        f" {here}, 'x', false, repeat('f', 64), '', 0, now(), now())",
        "a network": "INSERT INTO records_facilitynetwork (facility_id, network)"
        f" VALUES ({here}, '0.0.0.0/0')",
        "a group": "INSERT INTO auth_group (name) VALUES ('x')",
        "a factor less": f"SELECT records_take_factors({user.pk}, 'lost')",
    }


def let_through(database, values, user, role=STAFF):
    """Which statements change something; nothing is kept."""
    done = set()
    for name, statement in statements(user).items():
        with database.connect(role, **values) as staff:
            try:
                if staff.execute(statement).rowcount:
                    done.add(name)
            except psycopg.errors.InsufficientPrivilege:
                pass
            staff.rollback()
    return done


def test_the_database_asks_for_an_open_operation(at_work, carer, clerk, opener):
    database, values, sign_in = at_work
    Authenticator.objects.create(user=carer, type="totp", data={})
    everything = set(statements(carer))
    assert let_through(database, values, carer) == set()
    center = values | {"actor": clerk.pk, "role": "center"}
    assert let_through(database, center, carer) == everything

    opening = AdministratorOpeningFactory.create(sign_in=sign_in)

    assert let_through(database, values, carer) == everything
    for wrong in (
        {"actor": opener.pk}, {"actor": ""}, {"role": "carer"}, {"role": "manager"},
        {"role": "editor"}, {"role": ""}, {"terminal": TerminalFactory.create().pk},
        {"terminal": ""}, {"at": ""}, {"at": (NINE + HOUR).isoformat()},
        {"at": (NINE - MINUTE).isoformat()},
    ):  # fmt: skip
        assert let_through(database, values | wrong, carer) == set(), wrong
    AdministratorOpening.objects.filter(pk=opening.pk).update(
        closed_at=NINE, closed_by=opening.opened_by
    )
    assert let_through(database, values, carer) == set()


def test_it_ends_with_the_sign_in(at_work, carer):
    database, values, sign_in = at_work
    AdministratorOpeningFactory.create(sign_in=sign_in)
    assert let_through(database, values, carer) != set()

    SignIn.objects.filter(pk=sign_in.pk).update(ended_at=NINE)

    assert let_through(database, values, carer) == set()


ASK = "SELECT outcome FROM records_open_administration(%s)"


def sealed(reason=REASON):
    return keys.encrypt(reason, AdministratorOpening._meta.get_field("reason").place)


def test_the_function_asks_who_is_at_work_and_for_a_factor_of_this_moment(
    at_work, opener, clerk, carer
):
    database, values, _sign_in = at_work
    with database.connect(STAFF, **values) as staff:
        assert staff.execute(ASK, [sealed()]).fetchone() == ("opened",)
        assert staff.execute(ASK, [sealed()]).fetchone() == ("open",)
        staff.rollback()
    for wrong in (
        {"actor": opener.pk}, {"actor": clerk.pk}, {"actor": carer.pk}, {"actor": ""},
        {"role": "center"}, {"role": ""}, {"terminal": TerminalFactory.create().pk},
        {"terminal": ""}, {"at": ""}, {"at": (NINE + MINUTE).isoformat()},
    ):  # fmt: skip
        with (
            database.connect(STAFF, **(values | wrong)) as staff,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            staff.execute(ASK, [sealed()])
    with (
        database.connect(STAFF, **values) as staff,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        staff.execute(ASK, [sealed("緊急")])


@pytest.mark.parametrize("lost", ["membership", "account", "factor", "screen"])
def test_who_lost_what_it_takes_opens_nothing(at_work, administrator, lost):
    database, values, _sign_in = at_work
    match lost:
        case "membership":
            FacilityMembership.objects.update(ended_at=NINE)
        case "account":
            User.objects.filter(pk=administrator.pk).update(is_active=False)
        case "factor":
            SignIn.objects.update(factor_at=None)
        case "screen":
            SignIn.objects.update(presence=None)

    with (
        database.connect(STAFF, **values) as staff,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        staff.execute(ASK, [sealed()])


@pytest.mark.parametrize("role", [PUBLIC, WORKER])
def test_no_other_entry_may_call_it_or_read_it(at_work, role):
    database, values, sign_in = at_work
    AdministratorOpeningFactory.create(sign_in=sign_in)
    for statement in (ASK.replace("%s", "''"), "SELECT FROM records_administratoropening"):
        with (
            database.connect(role, **values) as reader,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
        ):
            reader.execute(statement)


FORGED = {
    "made": "INSERT INTO records_administratoropening (id, opened_by_id, sign_in_id, opened_at,"
    " ends_at, reason) SELECT gen_random_uuid(), opened_by_id, sign_in_id, opened_at, ends_at,"
    " reason FROM records_administratoropening",
    "made longer": "UPDATE records_administratoropening SET ends_at = ends_at",
    "opened again": "UPDATE records_administratoropening SET closed_at = NULL, closed_by_id = NULL",
    "another reason": "UPDATE records_administratoropening SET reason = reason",
    "removed": "DELETE FROM records_administratoropening",
}


@pytest.mark.parametrize("name", FORGED)
def test_nobody_forges_one(at_work, name):
    database, values, sign_in = at_work
    AdministratorOpeningFactory.create(sign_in=sign_in)
    with (
        database.connect(STAFF, **values) as staff,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        staff.execute(FORGED[name])


def test_the_owner_could(at_work):
    """What the test above could not tell from statements that are wrong."""
    database, values, sign_in = at_work
    AdministratorOpeningFactory.create(sign_in=sign_in)
    for statement in FORGED.values():
        with database.connect(OWNER, **values) as owner:
            assert owner.execute(statement).rowcount == 1
            owner.rollback()


@pytest.mark.parametrize(
    "values", [{"ends_at": NINE + HOUR + MINUTE}, {"ends_at": NINE}, {"closed_at": NINE}]
)
def test_an_hour_is_the_longest_even_for_the_owner(db, values):
    with pytest.raises(IntegrityError):
        AdministratorOpeningFactory.create(opened_at=NINE, **values)


def test_an_entry_cannot_claim_or_deny_an_operation(at_work, clerk):
    database, values, sign_in = at_work
    opening = AdministratorOpeningFactory.create(sign_in=sign_in)
    insert = """INSERT INTO history_entry (id, at, act, actor, role, entry, address, terminal,
        purpose, model, object_ids, child_ids, fields, path, digest, opening)
        VALUES (gen_random_uuid(), %s, 'view', %s, %s, 'staff', '', '', '', '', '{}', '{}', '{}',
        '', '', %s)"""
    made = {}
    for person, role, claimed in (
        (sign_in.user, "administrator", None), (clerk, "center", opening.pk),
    ):  # fmt: skip
        own = values | {"actor": person.pk, "role": role}
        with database.connect(STAFF, **own) as staff:
            staff.execute(insert, [NINE, str(person.pk), role, claimed])
            staff.commit()
        made[role] = Entry.objects.get(actor=str(person.pk), act="view").opening

    assert made == {"administrator": opening.pk, "center": None}
