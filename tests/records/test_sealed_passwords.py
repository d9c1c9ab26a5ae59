"""Passwords at rest: whoever reads the table has no hash to try words on."""

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
        PUBLIC: read(real_database, PUBLIC, actor=parent.pk),
        STAFF: read(real_database, STAFF, actor=clerk.pk, role="center"),
    }

    people = {parent.pk, carer.pk, clerk.pk}
    assert [people & set(values) for values in found.values()] == [
        people, people, {parent.pk}, {carer.pk, clerk.pk},
    ]  # fmt: skip
    assert not any(is_hash(value) for values in found.values() for value in values.values())
    # With the keys of the process it is one.
    assert is_hash(User.objects.get(pk=carer.pk).password.encode())


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
