"""Passwords at rest: whoever reads the table has no hash to try words on."""

import psycopg
import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import connection

from history.walls import BACKUP, OWNER, PUBLIC, STAFF
from records.models import User
from tests.door import log_in as sign_in
from tests.factories.records import PASSWORD
from tests.records.logins import browser, log_in


def read(database, database_role, /, **context):
    """What a role reads in the column, by account."""
    with database.connect(database_role, **context) as reader:
        return dict(reader.execute("SELECT id, password FROM records_user").fetchall())


def shown(database, database_role, /, **context):
    """What the pages of an entry read in place of it, by account; nothing where it is not shown."""
    with database.connect(database_role, **context) as reader:
        found = reader.execute("SELECT id, records_password_of(id) FROM records_user").fetchall()
    return {number: value for number, value in found if value is not None}


def is_hash(value):
    try:
        identify_hasher(bytes(value).decode("latin-1"))
    except ValueError:
        return False
    return True


def test_no_role_reads_a_hash(real_database, parent, carer, clerk):
    found = {
        OWNER: read(real_database, OWNER, actor="system:tests"),
        BACKUP: read(real_database, BACKUP),
        PUBLIC: shown(real_database, PUBLIC, actor=parent.pk),
        STAFF: shown(real_database, STAFF, actor=clerk.pk, role="center"),
    }

    people = {parent.pk, carer.pk, clerk.pk}
    assert [people & set(values) for values in found.values()] == [
        people, people, {parent.pk}, {clerk.pk},
    ]  # fmt: skip
    assert not any(is_hash(value) for values in found.values() for value in values.values())
    # With the keys of the process it is one.
    assert is_hash(User.objects.get(pk=carer.pk).password.encode())


@pytest.mark.parametrize("role", ["", "carer", "manager", "center", "administrator", "auditor"])
def test_staff_read_of_nobody_else_even_what_is_encrypted(real_database, carer, clerk, role):
    """The other's account is there, and its name is read."""
    facilities = "{1,2,3,4,5,6}"
    with real_database.connect(STAFF, actor=clerk.pk, role=role, facilities=facilities) as reader:
        names = dict(reader.execute("SELECT id, name FROM records_user").fetchall())
    assert names[carer.pk] == carer.name

    assert shown(real_database, STAFF, actor=clerk.pk, role=role, facilities=facilities).keys() == {
        clerk.pk
    }
    assert shown(real_database, STAFF, actor="system:sign-in", role=role) == {}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        read(real_database, STAFF, actor=clerk.pk, role=role)


def test_before_the_log_in_no_password_of_a_parent_is_read(real_database, parent, other_parent):
    with real_database.connect(PUBLIC) as reader:
        addresses = {email for (email,) in reader.execute("SELECT email FROM records_user")}

    assert addresses >= {parent.email, other_parent.email}
    assert (
        shown(real_database, PUBLIC) == shown(real_database, PUBLIC, actor="system:sign-up") == {}
    )
    assert shown(real_database, PUBLIC, actor=parent.pk).keys() == {parent.pk}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        read(real_database, PUBLIC, actor=parent.pk)


@pytest.mark.parametrize("role", ["center", "manager"])
def test_nobody_writes_the_password_of_another(real_database, carer, clerk, role):
    """Not even who may change the account; a manager finds no row to change."""
    change = "UPDATE records_user SET password = '\\x00' WHERE id = %s"
    with real_database.connect(STAFF, actor=clerk.pk, role=role) as writer:
        try:
            changed = writer.execute(change, [carer.pk]).rowcount
        except psycopg.errors.InsufficientPrivilege:
            changed = 0
    assert changed == 0

    with real_database.connect(STAFF, actor=carer.pk, role="carer") as writer:
        assert writer.execute(change, [carer.pk]).rowcount == 1


def test_who_saves_another_s_account_leaves_its_password(real_database, carer, clerk):
    with real_database.connect(STAFF, actor=clerk.pk, role="center") as writer:
        writer.execute(
            "UPDATE records_user SET name = '改名', password = NULL WHERE id = %s", [carer.pk]
        )
        writer.commit()

    found = User.objects.get(pk=carer.pk)
    assert (found.name, found.check_password(PASSWORD)) == ("改名", True)


def test_both_entries_log_in_by_it(parent, carer, staff_client):
    assert log_in(browser(), parent).status_code == 302
    assert sign_in(staff_client, carer).status_code == 302
    assert User.objects.get(pk=parent.pk).check_password(PASSWORD)


def test_the_same_password_lies_there_differently_each_time(parent, other_parent):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT password) FROM records_user WHERE id IN (%s, %s)",
            [parent.pk, other_parent.pk],
        )
        assert cursor.fetchone() == (2,)
    assert all(user.check_password(PASSWORD) for user in (parent, other_parent))


def test_a_name_is_changed_and_the_password_stays(carer):
    user = User.objects.get(pk=carer.pk)
    user.name = "改名 保育"
    user.save()

    assert User.objects.get(pk=carer.pk).check_password(PASSWORD)
