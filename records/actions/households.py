"""A family enters itself."""

import uuid
from typing import Any

from django.db import transaction

from history import context
from records.models import Household, Parent, User


@transaction.atomic
def open_for(*, user: User, address: dict[str, Any], parent: dict[str, Any]) -> Household:
    """The household of an account, with its first parent. A second call finds the first.

    `address` and `parent` hold validated model fields.
    """
    found = Parent.objects.filter(user=user).select_related("household").first()
    if found is not None:
        return found.household
    number = uuid.uuid4()
    # The wall lets a family see its own household only: from here on this is it.
    context.state(household=str(number))
    household = Household.objects.create(pk=number, **address)
    Parent.objects.create(
        household=household, user=user, email=user.email, is_first_contact=True, **parent
    )
    return household
