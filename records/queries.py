"""Reading across the register."""

import datetime as dt
import uuid

from records.enums import CARE_ROLES, Role
from records.models import Facility, FacilityMembership, Parent, User
from records.rules import Duty


def duty_of(user: User, *, on: dt.date, chosen: int | None = None) -> Duty | None:
    """What the user works as on a day, at the facility they chose or the first of theirs.

    None without a membership in force. The center works for all facilities; an auditor, an editor
    and an administrator open no children's records, so their list of facilities is empty.
    """
    memberships = list(
        FacilityMembership.objects.in_force(on)
        .filter(user_id=user.pk)
        .select_related("facility")
        .order_by("facility__number")
    )
    if not memberships:
        return None
    current = next((m for m in memberships if m.facility_id == chosen), memberships[0])
    role = Role(current.role)
    facilities: tuple[int, ...] = ()
    if role == Role.CENTER:
        facilities = tuple(Facility.objects.values_list("pk", flat=True).order_by("pk"))
    elif role in CARE_ROLES:
        facilities = (current.facility_id,)
    return Duty(
        role=role,
        facility=current.facility_id,
        facilities=facilities,
        choices=tuple((m.facility_id, m.facility.name) for m in memberships),
    )


def household_of(user: User) -> uuid.UUID | None:
    """The household of a parent's account; None before they entered it."""
    return Parent.objects.filter(user_id=user.pk).values_list("household_id", flat=True).first()
