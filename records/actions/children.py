"""Children enter the register."""

from typing import Any

from django.db import transaction

from records.actions import care_needs
from records.actions.care_needs import Statement
from records.enums import CareNeedKind
from records.models import CareNeed, Child, Household, Registration


@transaction.atomic
def add(
    *, household: Household, fields: dict[str, Any], statements: dict[CareNeedKind, Statement]
) -> Child:
    """A child with its draft registration and the parent's statement on each kind of need.

    Raises ContentMissing when a statement says yes and nothing more.
    """
    child = Child.objects.create(household=household, **fields)
    Registration.objects.create(child=child)
    for kind in CareNeedKind:
        need = CareNeed(child=child, kind=kind)
        care_needs.state(need, statements[kind])
    return child
