"""Memberships, and the groups and object permissions that follow them."""

import datetime as dt

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from guardian.shortcuts import assign_perm
from procrastinate.contrib.django import app

from history import alerts, clock, context
from history.enums import AlertKind
from records.enums import EndReason, HelpReason, Role
from records.models import Facility, FacilityMembership, Operator, User
from records.refusals_accounts import AlreadyHere, HelpElsewhere
from records.violations import constraint_of

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


@transaction.atomic
def end_now(
    *, membership: FacilityMembership, reason: EndReason, at: dt.datetime
) -> FacilityMembership:
    """End a membership at this minute: the person's next request there is refused.

    Today becomes its last day; a membership that has yet to begin never does.
    """
    today = clock.local(at).date()
    context.state(reason=str(reason.label))
    membership.ended_at, membership.end_reason = at, reason
    membership.ends_on = max(today, membership.starts_on)
    membership.save()
    user = membership.user
    user.groups.remove(*user.groups.exclude(name__in=_names_of(user, on=today)))
    return membership


@transaction.atomic
def help_out(
    *, user: User, facility: Facility, reason: HelpReason, at: dt.datetime
) -> FacilityMembership:
    """応援: let somebody of the same operator work here until the day ends; the center is told.

    Raises HelpElsewhere for whoever works at no other facility of that operator today, AlreadyHere
    for whoever works here anyway. The group follows by the worker: a manager keeps no groups.
    """
    today = clock.local(at).date()
    context.state(reason=str(reason.label))
    try:
        with transaction.atomic():
            membership = FacilityMembership.objects.create(
                user=user, facility=facility, role=Role.CARER, starts_on=today, ends_on=today,
                help_reason=reason,
            )  # fmt: skip
    except IntegrityError as error:
        match constraint_of(error):
            case "membership_help_of_one_operator":
                raise HelpElsewhere from error
            case "membership_one_role_at_a_time":
                raise AlreadyHere from error
        raise
    app.configure_task("records.follow_member").defer(user_id=user.pk)
    alerts.raise_alert(
        kind=AlertKind.HELP_GRANTED, at=at, cause=f"{membership.pk}",
        detail=f"{facility.short_name} {user.username} {reason.label}",
    )  # fmt: skip
    return membership


@transaction.atomic
def change_operator(
    *, facility: Facility, operator: Operator | None, at: dt.datetime
) -> list[FacilityMembership]:
    """Another legal person runs the facility from this minute on (運営事業者の変更).

    Whoever it does not employ stops working there; these memberships are returned.
    """
    facility.operator = operator
    facility.save(update_fields=["operator"])
    today = clock.local(at).date()
    staying = FacilityMembership.objects.none()
    if operator is not None:
        staying = FacilityMembership.objects.filter(user__staff_account__employer=operator)
    leaving = (
        facility.memberships.to_come(today)
        .filter(role__in=(Role.CARER, Role.MANAGER))
        .exclude(pk__in=staying.values("pk"))
        .select_related("user")
    )
    return [end_now(membership=each, reason=EndReason.OPERATOR, at=at) for each in leaving]


def follow(user: User, *, on: dt.date) -> None:
    """Keep the groups of a member of staff in step with the memberships in force on a day."""
    in_force = user.memberships.in_force(on).select_related("facility")
    user.groups.set([group_of(each.facility, Role(each.role)) for each in in_force])


def _names_of(user: User, *, on: dt.date) -> list[str]:
    """Of the groups that somebody belongs to on a day."""
    in_force = user.memberships.in_force(on)
    return [f"{code}:{role}" for code, role in in_force.values_list("facility__code", "role")]


def group_of(facility: Facility, role: Role) -> Group:
    """The group of a facility's role, with its permissions on that facility object."""
    group, made = Group.objects.get_or_create(name=f"{facility.code}:{role}")
    if made:
        covered = Facility.objects.all() if role == Role.CENTER else [facility]
        for permission in FACILITY_PERMISSIONS.get(role, ()):
            for each in covered:
                assign_perm(f"records.{permission}", group, each)
    return group
