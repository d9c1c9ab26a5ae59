"""One-time passwords: whose a manager may make, and whose not."""

import datetime as dt

import psycopg
import pytest

from history import clock
from history.models import Entry
from history.walls import STAFF
from records.actions import failures
from records.enums import Role
from records.models import FailureCount, SignIn, StaffCredential, User
from tests.door import log_in
from tests.factories.records import PASSWORD, FacilityMembershipFactory, facility
from tests.factories.terminals import choose_credential

TODAY = dt.date(2026, 10, 20)
AT = clock.at(TODAY, dt.time(9))


def works_at(code, role=Role.CARER, **values):
    return FacilityMembershipFactory.create(facility=facility(code), role=role, **values).user


def reset(client, user):
    return client.post(f"/staff/{user.pk}/reset/", {"reset-reason": "forgotten"})


def test_a_manager_hands_out_a_password_for_one_log_in(staff_client, manager, carer):
    SignIn.objects.all().delete()
    counter = FailureCount.objects.create(
        user=carer, locked_until=clock.now() + failures.LOCKED_FOR
    )

    page = reset(staff_client.log_in(manager), carer)
    password = page.context["password"]
    staff_client.post("/logout/")
    counter.refresh_from_db()
    before = log_in(staff_client, carer, PASSWORD)
    after = log_in(staff_client, carer, password)

    assert counter.locked_until is None
    assert (before.status_code, after["Location"]) == (200, "/login/choose/")
    found = Entry.objects.filter(act="password", object_ids=[str(carer.pk)])
    assert {each.actor for each in found} == {str(manager.pk)}
    assert password not in str(list(Entry.objects.values()))


def test_open_screens_are_shut(staff_client, manager, carer):
    staff_client.log_in(carer)
    other = type(staff_client)("staff").log_in(manager)

    reset(other, carer)

    assert staff_client.get("/today/").status_code == 302


@pytest.mark.parametrize("person", ["carer_elsewhere", "clerk", "administrator"])
def test_a_manager_resets_nobody_elsewhere(staff_client, manager, request, person):
    user = request.getfixturevalue(person)

    answer = reset(staff_client.log_in(manager), user)

    assert answer.status_code == 404
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_a_manager_does_not_reset_who_works_elsewhere_too(staff_client, manager, carer):
    FacilityMembershipFactory.create(user=carer, facility=facility("seki"))

    answer = reset(staff_client.log_in(manager), carer)

    assert answer.status_code == 302
    assert User.objects.get(pk=carer.pk).check_password(PASSWORD)


def test_the_center_resets_anybody_but_itself(staff_client, clerk, carer):
    staff_client.log_in(clerk)

    reset(staff_client, carer)
    reset(staff_client, clerk)

    assert not User.objects.get(pk=carer.pk).check_password(PASSWORD)
    assert User.objects.get(pk=clerk.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("places", "role", "expected"),
    [
        (["nerima carer"], "manager", True),
        (["nerima manager"], "manager", True),
        (["seki carer"], "manager", False),
        (["nerima carer", "seki carer"], "manager", False),
        (["nerima editor"], "manager", False),
        (["hq center"], "manager", False),
        ([], "manager", False),
        (["nerima carer"], "carer", False),
        (["nerima carer"], "auditor", False),
        (["seki carer"], "center", True),
    ],
)
def test_the_database_decides(real_database, manager, places, role, expected):
    user = works_at("nerima", starts_on=dt.date(2018, 4, 1), ends_on=dt.date(2019, 3, 31))
    choose_credential(user)
    for place in places:
        code, post = place.split()
        FacilityMembershipFactory.create(user=user, facility=facility(code), role=post)
    context = {
        "actor": manager.pk, "role": role, "at": AT.isoformat(),
        "facilities": f"{{{facility('nerima').pk}}}",
    }  # fmt: skip

    with real_database.connect(STAFF, **context) as connection:
        try:
            connection.execute("SELECT records_reset_password(%s, 'x', 'forgotten')", [user.pk])
            done = True
        except psycopg.errors.InsufficientPrivilege:
            done = False

    assert done == expected


def test_a_manager_writes_no_password_without_the_function(real_database, manager, carer):
    context = {
        "actor": manager.pk, "role": "manager", "at": AT.isoformat(),
        "facilities": f"{{{facility('nerima').pk}}}",
    }  # fmt: skip

    with real_database.connect(STAFF, **context) as connection:
        statement = f"UPDATE records_user SET password = 'x' WHERE id = {carer.pk}"
        assert connection.execute(statement).rowcount == 0
        statement = f"UPDATE records_staffcredential SET pin = '' WHERE user_id = {carer.pk}"
        assert connection.execute(statement).rowcount == 0

    assert StaffCredential.objects.filter(user=carer).exists()


def test_a_manager_of_no_facility_resets_nobody(real_database, manager, carer):
    """Also by raw SQL: who works nowhere is at no facility that is everybody's."""
    reset = "SELECT records_reset_password(%s, 'x', 'forgotten')"
    here = f"{{{facility('nerima').pk}}}"
    values = {"actor": manager.pk, "role": "manager", "at": clock.now().isoformat()}

    with real_database.connect(STAFF, **values) as staff, pytest.raises(psycopg.Error):
        staff.execute(reset, [carer.pk])
    with real_database.connect(STAFF, **values, facilities=here) as staff:
        assert staff.execute(reset, [carer.pk]).rowcount == 1
