"""Children enter the register."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from records import corrections, rules
from records.actions import care_needs
from records.actions.care_needs import Statement
from records.enums import CareNeedKind, RegistrationState
from records.models import CareNeed, Child, Household, PickUpPerson, Registration
from records.refusals import AlreadyApplied, ChildKnown

# Twins share the family name and the day, and never the given name.
SAME_CHILD = ("family_name_kana", "given_name_kana", "date_of_birth")
# What a family states of a child, and may correct.
STATED = ("family_name", "given_name", *SAME_CHILD, "sex")


@transaction.atomic
def add(
    *,
    household: Household,
    fields: dict[str, Any],
    statements: dict[CareNeedKind, Statement],
    number: uuid.UUID | None = None,
) -> Child:
    """A child with its draft registration and the parent's statement on each kind of need.

    A second call with the same `number` finds the first child. Raises ChildKnown when the family
    has a child of that kana name and birth date, ContentMissing when a statement says yes and
    nothing more.
    """
    # Two taps wait for each other here.
    household = Household.objects.select_for_update().get(pk=household.pk)
    number = number or uuid.uuid4()
    known = household.children.filter(pk=number).first()
    if known is not None:
        return known
    if Child._base_manager.filter(pk=number).exists():
        # The form of a child withdrawn since, sent once more.
        number = uuid.uuid4()
    if household.children.filter(**{name: fields.get(name, "") for name in SAME_CHILD}).exists():
        raise ChildKnown
    child = Child.objects.create(pk=number, household=household, **fields)
    Registration.objects.create(child=child)
    for kind in CareNeedKind:
        need = CareNeed(child=child, kind=kind)
        care_needs.state(need, statements[kind])
    return child


@transaction.atomic
def change(*, child: Child, statements: dict[CareNeedKind, Statement]) -> Child:
    """Save a child and the statements that changed; these are unconfirmed again.

    Raises ContentMissing when a statement says yes and nothing more.
    """
    correct(child=child, fields=STATED)
    for need in child.care_needs.filter(kind__in=statements):
        care_needs.state(need, statements[CareNeedKind(need.kind)])
    return child


@transaction.atomic
def correct(*, child: Child, fields: Iterable[str] | None = None) -> Child:
    """Save what is known better now (all of it, or `fields`), whatever was promised before.

    Where birth date or one-to-one need changed, the promises built on them are looked through by
    those who joined `corrections`.
    """
    known = Child._base_manager.filter(pk=child.pk).values(*corrections.FACTS).get()
    child.save(update_fields=fields)
    if any(getattr(child, name) != value for name, value in known.items()):
        corrections.tell(child)
    return child


@transaction.atomic
def withdraw(*, child: Child, at: dt.datetime) -> Child:
    """A family takes back a child that it has not applied for; the history keeps the rows.

    A second call finds it withdrawn. Raises AlreadyApplied once the application was handed in.
    """
    # Two taps wait for each other here; the wall locks no registration that a family can't write.
    child = Child._base_manager.select_for_update().get(pk=child.pk)
    registration = Registration.objects.get(child_id=child.pk)
    if child.withdrawn_at is not None:
        return child
    if not rules.may_withdraw(registration.state):
        raise AlreadyApplied
    registration.state = RegistrationState.ENDED
    registration.save(update_fields=["state"])
    child.withdrawn_at = at
    child.save(update_fields=["withdrawn_at"])
    return child


@transaction.atomic
def add_pick_up_person(*, child: Child, number: uuid.UUID, fields: dict[str, Any]) -> PickUpPerson:
    """Somebody who may fetch the child. A second call with the same number finds the first."""
    child = Child.objects.select_for_update().get(pk=child.pk)
    known = child.pick_up_people.filter(pk=number).first()
    return known or PickUpPerson.objects.create(pk=number, child=child, **fields)
