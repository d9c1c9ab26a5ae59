"""Letting a contractor's named person in, for one ticket and for minutes that are set."""

import datetime as dt

from django.db import IntegrityError, transaction

from history import clock
from records.actions import memberships
from records.enums import Role
from records.models import ContractorAccess, Facility, User
from records.refusals_accounts import AlreadyHere
from records.violations import constraint_of


@transaction.atomic
def admit(
    *,
    user: User,
    company: str,
    ticket: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    at: dt.datetime,
) -> ContractorAccess:
    """Let somebody work at the center's terminals in `[starts_at, ends_at)`, two weeks at most.

    Ended early like every membership (`memberships.end_now`). Raises AlreadyHere for whoever has
    a role at the center on one of these days.
    """
    try:
        with transaction.atomic():
            membership = memberships.grant(
                user=user,
                facility=Facility.objects.center().get(),
                role=Role.CONTRACTOR,
                starts_on=clock.local(starts_at).date(),
                ends_on=clock.local(ends_at).date(),
                today=clock.local(at).date(),
            )
    except IntegrityError as error:
        if constraint_of(error) == "membership_one_role_at_a_time":
            raise AlreadyHere from error
        raise
    return ContractorAccess.objects.create(
        membership=membership, company=company, ticket=ticket, starts_at=starts_at,
        ends_at=ends_at, granted_by=by,
    )  # fmt: skip
