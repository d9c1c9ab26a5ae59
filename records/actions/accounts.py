"""Keeping the accounts of staff: employer and training, review, close, open again."""

import datetime as dt
from typing import Any

from django.db import transaction

from history import clock, context
from records.enums import CloseReason, Role
from records.models import FacilityMembership, StaffAccount, User
from records.refusals_accounts import LastOfCenter


@transaction.atomic
def keep(*, user: User, **fields: Any) -> StaffAccount:
    """Write what the center keeps of an account: `employer`, `trained_on`."""
    account, _made = StaffAccount.objects.update_or_create(user=user, defaults=fields)
    return account


@transaction.atomic
def confirm(*, user: User, by: User, at: dt.datetime) -> StaffAccount:
    """定期点検: this account is still needed, as it stands."""
    return keep(user=user, reviewed_on=clock.local(at).date(), reviewed_by=by)


@transaction.atomic
def close(*, user: User, reason: CloseReason, at: dt.datetime) -> StaffAccount:
    """Close an account: its next request is refused, wherever it is signed in.

    Memberships stay as they are, for the day it is opened again. Raises LastOfCenter.
    """
    if not _others_of_center(user, on=clock.local(at).date()):
        raise LastOfCenter
    context.state(reason=str(reason.label))
    user.is_active = False
    user.save(update_fields=["is_active"])
    return keep(user=user, closed_at=at, close_reason=reason)


@transaction.atomic
def reopen(*, user: User, at: dt.datetime) -> StaffAccount:
    """Open a closed account again; the days without use count anew."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    today = clock.local(at).date()
    return keep(user=user, closed_at=None, close_reason="", reopened_on=today)


def _others_of_center(user: User, *, on: dt.date) -> bool:
    """Whether the center could still work without this account, or never needed it."""
    at_center = FacilityMembership.objects.in_force(on).filter(
        role=Role.CENTER, user__is_active=True
    )
    return not at_center.filter(user=user).exists() or at_center.exclude(user=user).exists()
