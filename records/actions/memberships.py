"""Memberships, and the groups and object permissions that follow them."""

import datetime as dt

from django.contrib.auth.models import Group
from django.db import transaction
from guardian.shortcuts import assign_perm

from records.enums import Role
from records.models import Facility, FacilityMembership, User

# What the group of a role may do with its facility, by django-guardian.
FACILITY_PERMISSIONS = {
    Role.CARER: ("work_at_facility",),
    Role.MANAGER: ("work_at_facility", "manage_facility"),
    Role.CENTER: ("work_at_facility", "manage_facility"),
}


@transaction.atomic
def grant(
    *,
    user: User,
    facility: Facility,
    role: Role,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    today: dt.date,
) -> FacilityMembership:
    """Make somebody work at a facility in a role, both days included; the group follows `today`.

    Raises ValidationError where the role does not fit the place, IntegrityError where the person
    has a role there in the same time.
    """
    membership = FacilityMembership(
        user=user, facility=facility, role=role, starts_on=starts_on, ends_on=ends_on
    )
    membership.clean()
    membership.save()
    follow(user, on=today)
    return membership


@transaction.atomic
def end(*, membership: FacilityMembership, on: dt.date, today: dt.date) -> FacilityMembership:
    """Set the last day of a membership."""
    membership.ends_on = on
    membership.save()
    follow(membership.user, on=today)
    return membership


def follow(user: User, *, on: dt.date) -> None:
    """Keep the groups of a member of staff in step with the memberships in force on a day."""
    in_force = user.memberships.in_force(on).select_related("facility")
    user.groups.set([group_of(each.facility, Role(each.role)) for each in in_force])


def group_of(facility: Facility, role: Role) -> Group:
    """The group of a facility's role, with its permissions on that facility object."""
    group, made = Group.objects.get_or_create(name=f"{facility.code}:{role}")
    if made:
        covered = Facility.objects.all() if role == Role.CENTER else [facility]
        for permission in FACILITY_PERMISSIONS.get(role, ()):
            for each in covered:
                assign_perm(f"records.{permission}", group, each)
    return group
