"""Who may book nothing new for a while, as staff read it: by name, as far as they may."""

import dataclasses
from collections.abc import Iterable

from booking.models import Booking, UseHold
from records.models import Child


@dataclasses.dataclass(frozen=True, kw_only=True)
class Held:
    """A hold with the child's name: from its record at home, else as the booking keeps it."""

    hold: UseHold
    child_name: str


def held(user: object, holds: Iterable[UseHold]) -> list[Held]:
    """The names of the children of holds that the user sees. Two statements."""
    found = list(holds)
    children = Child.objects.visible_to(user).filter(pk__in=[each.child_id for each in found])
    names = {child.pk: child.full_name for child in children}
    here = Booking.objects.visible_to(user).filter(pk__in=[each.booking_id for each in found])
    kept = dict(here.values_list("pk", "child_name"))
    return [
        Held(hold=each, child_name=names.get(each.child_id) or kept.get(each.booking_id, ""))
        for each in found
    ]
