"""Second factors: secrets lie encrypted, and each entry meets those of its own people alone."""

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.db import connection

from history import clock
from history.enums import Act
from history.models import Entry
from history.walls import OWNER, PUBLIC, STAFF, WORKER
from records.second_factors import SecondFactorAdapter

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def stored(row):
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def test_the_secret_of_one_time_codes_lies_encrypted(parent):
    factor = TOTP.activate(parent, SECRET)

    assert SECRET not in stored(factor.instance)
    assert SecondFactorAdapter().decrypt(factor.instance.data["secret"]) == SECRET
    code = format_hotp_value(hotp_value(SECRET, int(clock.now().timestamp()) // 30))
    assert factor.validate_code(code)


def test_recovery_codes_lie_encrypted(parent):
    codes = RecoveryCodes.activate(parent)
    seed = SecondFactorAdapter().decrypt(codes.instance.data["seed"])

    assert not [text for text in (seed, *codes.generate_codes()) if text in stored(codes.instance)]
    assert codes.validate_code(codes.generate_codes()[0])
    assert not codes.validate_code(codes.generate_codes()[0])


@pytest.fixture
def factors(real_database, parent, other_parent, carer, manager):
    """One of each person's, in a table that they share."""
    return {user: TOTP.activate(user, SECRET).instance for user in
            (parent, other_parent, carer, manager)}  # fmt: skip


def owners(found):
    return {user for (user,) in found.execute("SELECT user_id FROM mfa_authenticator")}


def test_everybody_reads_the_own_factors_and_nobody_those_of_another(real_database, factors):
    parent, other_parent, carer, manager = (user.pk for user in factors)

    with real_database.connect(OWNER) as found:
        assert owners(found) == {parent, other_parent, carer, manager}
    # Before the password nobody is anybody.
    for number, expected in (("", set()), (parent, {parent}), (other_parent, {other_parent}),
                             (carer, set())):  # fmt: skip
        with real_database.connect(PUBLIC, actor=number) as found:
            assert owners(found) == expected
    for number, role, expected in (
        ("", "", set()), (carer, "carer", {carer}), (manager, "manager", {manager}),
        (1, "center", set()), (1, "administrator", set()),
    ):  # fmt: skip
        with real_database.connect(STAFF, actor=number, role=role) as found:
            assert owners(found) == expected
    with real_database.connect(WORKER) as found, pytest.raises(psycopg.Error):
        owners(found)


@pytest.mark.parametrize(
    ("database_role", "actor", "role", "removed"),
    [
        (PUBLIC, "parent", "parent", {"parent"}),
        (PUBLIC, None, "", set()),
        (STAFF, "carer", "carer", {"carer"}),
        (STAFF, "manager", "manager", {"manager"}),
        (STAFF, None, "center", set()),
        (STAFF, None, "", set()),
    ],
)
def test_a_factor_is_removed_by_its_owner(
    real_database, factors, request, database_role, actor, role, removed
):
    number = request.getfixturevalue(actor).pk if actor else ""
    expected = {request.getfixturevalue(name).pk for name in removed}

    with real_database.connect(database_role, actor=number, role=role) as found:
        gone = found.execute("DELETE FROM mfa_authenticator RETURNING user_id").fetchall()

    assert {user for (user,) in gone} == expected


@pytest.mark.parametrize(
    ("actor", "role", "whose", "is_taken"),
    [
        ("clerk", "center", "carer", True),
        ("clerk", "center", "clerk", False),
        ("clerk", "center", "parent", False),
        ("carer", "manager", "manager", False),
        ("carer", "administrator", "manager", False),
    ],
)
def test_a_lost_one_of_staff_is_taken_away_by_another_who_keeps_accounts(
    real_database, factors, clerk, request, actor, role, whose, is_taken
):
    TOTP.activate(clerk, SECRET)
    by, whose = (request.getfixturevalue(name).pk for name in (actor, whose))
    values = {"actor": by, "role": role, "at": clock.now().isoformat()}

    with real_database.connect(STAFF, **values) as found:
        try:
            found.execute("SELECT records_take_factors(%s, 'lost')", [whose])
            found.commit()
        except psycopg.errors.InsufficientPrivilege:
            found.rollback()

    assert Authenticator.objects.filter(user_id=whose).exists() != is_taken
    noted = Entry.objects.filter(act=Act.FACTOR, actor=str(by), object_ids=[str(whose)])
    assert noted.count() == int(is_taken)


@pytest.mark.parametrize(("database_role", "actor"), [(PUBLIC, "parent"), (STAFF, "carer")])
def test_nobody_gets_a_factor_of_another_ones_making(
    real_database, factors, request, database_role, actor
):
    Authenticator.objects.all().delete()
    statement = """INSERT INTO mfa_authenticator (user_id, type, data, created_at)
        SELECT %s, 'totp', '{}', now()"""
    users = {user.pk for user in factors}
    own = request.getfixturevalue(actor).pk

    made = set()
    for user in users:
        with real_database.connect(database_role, actor=own) as found:
            try:
                found.execute(statement, [user])
            except psycopg.errors.InsufficientPrivilege:
                continue
            made.add(user)

    assert made == {own}
