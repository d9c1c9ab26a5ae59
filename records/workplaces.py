"""The facilities whose day or interviews a member of staff can open."""

from records.models import Facility
from records.rules import Duty


def workplace(number: int) -> Facility:
    """One of them, by its number."""
    return Facility.objects.get(pk=number)


def workplaces(duty: Duty) -> tuple[tuple[int, str], ...]:
    """Number and name of each: a facility's staff has the one it works at, the center has all."""
    if duty.is_center:
        return tuple(Facility.objects.bookable().values_list("pk", "name"))
    return tuple(choice for choice in duty.choices if choice[0] in duty.facilities)
