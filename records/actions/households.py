"""A family enters itself."""

import uuid
from typing import Any

from django.db import transaction

from history import context
from records.models import Household, Parent, User

# What a family states of its household, and may correct.
ADDRESS = ("postal_code", "prefecture", "city", "street", "building")
# What is stated of a parent; whose account it is comes about in other ways.
STATED = (
    "family_name", "given_name", "family_name_kana", "given_name_kana", "mobile_phone", "phone",
    "email", "bounced_at", "is_first_contact",
)  # fmt: skip


@transaction.atomic
def open_for(*, user: User, address: dict[str, Any], parent: dict[str, Any]) -> Household:
    """The household of an account, with its first parent. A second call finds the first.

    `address` and `parent` hold validated model fields.
    """
    # Two taps wait for each other here.
    User.objects.select_for_update().get(pk=user.pk)
    known = Parent.objects.filter(user=user).values_list("household_id", flat=True).first()
    number = known or uuid.uuid4()
    # The wall lets a family see its own household only: from here on this is it.
    context.state(household=str(number))
    if known:
        return Household.objects.get(pk=known)
    household = Household.objects.create(pk=number, **address)
    Parent.objects.create(
        household=household, user=user, email=user.email, is_first_contact=True, **parent
    )
    return household


@transaction.atomic
def add_parent(*, household: Household, number: uuid.UUID, fields: dict[str, Any]) -> Parent:
    """One more parent, without an account. A second call with the same number finds the first."""
    household = Household.objects.select_for_update().get(pk=household.pk)
    known = household.parents.filter(pk=number).first()
    if known is not None:
        return known
    return change_parent(Parent(pk=number, household=household, **fields))


@transaction.atomic
def change_parent(parent: Parent) -> Parent:
    """Save a parent. Who becomes the first contact takes it over from the one before."""
    if parent.is_first_contact:
        others = parent.household.parents.exclude(pk=parent.pk)
        others.filter(is_first_contact=True).update(is_first_contact=False)
    known = Parent.objects.filter(pk=parent.pk).values_list("email", flat=True).first()
    if known != parent.email:
        # Nothing is known yet of the new one.
        parent.bounced_at = None
    parent.save(update_fields=None if parent._state.adding else STATED)
    return parent


@transaction.atomic
def change(*, household: Household, parent: Parent) -> Household:
    """Save the address, and the data of the parent whose account it is."""
    household.save(update_fields=ADDRESS)
    change_parent(parent)
    return household
