"""Memberships, with the groups and object permissions that follow them day by day."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from guardian.shortcuts import get_perms

from history import clock
from records.actions import memberships
from records.enums import Role
from records.models import Facility
from records.tasks import follow_memberships
from tests.factories.records import StaffUserFactory, facility
from tests.records.worker import as_worker

TODAY = dt.date(2026, 10, 20)
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
LONG_AGO = dt.date(2026, 4, 1)


@pytest.fixture
def user(database):
    return StaffUserFactory.create()


def grant(user, code="seki", role=Role.CARER, starts_on=LONG_AGO, ends_on=None):
    return memberships.grant(
        user=user, facility=facility(code), role=role, starts_on=starts_on, ends_on=ends_on,
        today=TODAY,
    )  # fmt: skip


def groups(user):
    return set(user.groups.values_list("name", flat=True))


def nightly(day):
    """The job of the night before a day, as the worker runs it."""
    with time_machine.travel(clock.at(day, dt.time(0, 5)), tick=False), as_worker():
        follow_memberships()


@pytest.mark.parametrize(
    ("code", "role", "permissions"),
    [
        ("seki", Role.CARER, {"work_at_facility"}),
        ("seki", Role.MANAGER, {"work_at_facility", "manage_facility"}),
        ("seki", Role.EDITOR, set()),
        ("hq", Role.AUDITOR, set()),
        ("hq", Role.ADMINISTRATOR, set()),
    ],
)
def test_a_group_has_the_permissions_of_its_role_on_its_facility_alone(
    user, code, role, permissions
):
    grant(user, code, role)

    group = Group.objects.get(name=f"{code}:{role}")
    assert groups(user) == {group.name}
    assert set(get_perms(group, facility(code))) == permissions
    others = Facility.objects.exclude(code=code)
    assert {code for each in others for code in get_perms(group, each)} == set()


def test_the_center_works_at_every_facility(user):
    grant(user, "hq", Role.CENTER)

    group = Group.objects.get(name="hq:center")
    permissions = [set(get_perms(group, each)) for each in Facility.objects.all()]
    assert permissions == [{"work_at_facility", "manage_facility"}] * 6


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (LONG_AGO, None, {"seki:carer"}),
        (TODAY, TODAY, {"seki:carer"}),
        (LONG_AGO, TOMORROW, {"seki:carer"}),
        (LONG_AGO, YESTERDAY, set()),
        (TOMORROW, None, set()),
    ],
    ids=["no end", "this day alone", "a future end", "over since yesterday", "begins tomorrow"],
)
def test_the_group_follows_the_day(user, starts_on, ends_on, expected):
    grant(user, starts_on=starts_on, ends_on=ends_on)

    assert groups(user) == expected


def test_ending_with_a_future_day_keeps_the_group(user):
    membership = grant(user)

    memberships.end(membership=membership, on=TOMORROW, today=TODAY)

    assert groups(user) == {"seki:carer"}
    assert user.memberships.get().ends_on == TOMORROW


def test_the_nightly_job_removes_the_group_after_the_last_day(user):
    memberships.end(membership=grant(user), on=TOMORROW, today=TODAY)

    nightly(TOMORROW)
    on_the_last_day = groups(user)
    nightly(TOMORROW + dt.timedelta(days=1))

    assert (on_the_last_day, groups(user)) == ({"seki:carer"}, set())


def test_the_nightly_job_makes_the_group_of_a_membership_that_begins(user):
    grant(user, starts_on=TOMORROW)
    assert not Group.objects.filter(name="seki:carer").exists()

    nightly(TOMORROW)

    assert groups(user) == {"seki:carer"}
    group = Group.objects.get(name="seki:carer")
    assert set(get_perms(group, facility("seki"))) == {"work_at_facility"}


def test_the_nightly_job_takes_away_a_group_that_no_membership_gives(user):
    user.groups.add(memberships.group_of(facility("nukui"), Role.MANAGER))

    nightly(TODAY)

    assert groups(user) == set()


def test_ending_at_once_leaves_the_other_facility(user):
    first = grant(user, "seki")
    grant(user, "nukui")

    memberships.end(membership=first, on=YESTERDAY, today=TODAY)

    assert groups(user) == {"nukui:carer"}


def test_a_change_of_role_changes_the_group(user):
    memberships.end(membership=grant(user), on=YESTERDAY, today=TODAY)

    grant(user, role=Role.MANAGER, starts_on=TODAY)

    assert groups(user) == {"seki:manager"}


def test_two_roles_at_one_facility_at_a_time_are_refused(user):
    grant(user)

    with pytest.raises(IntegrityError, match="membership_one_role_at_a_time"), transaction.atomic():
        grant(user, role=Role.MANAGER)

    assert groups(user) == {"seki:carer"}
