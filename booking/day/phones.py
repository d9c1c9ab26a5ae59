"""Whom to ring about a child of the day's list, and who rang last."""

import dataclasses
import uuid
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from booking.day.models import DayCall
from booking.models import Booking
from records.contacts import Contact
from records.models import Child


@dataclasses.dataclass(frozen=True)
class Phone:
    """A number, and in words whose it is."""

    number: str
    whose: str


def of_booking(booking: Booking, child: Child, parents: Iterable[Contact]) -> tuple[Phone, ...]:
    """In the order in which to try: what the family named for today, its parents, and who may
    fetch the child. Each number once. `child` comes with its pick-up people."""
    check = getattr(booking, "arrival_check", None)
    found = [(check.phone, _("本日の連絡先"))] if check else []
    for parent in parents:
        found += [(parent.mobile_phone, _whose(parent)), (parent.phone, _whose(parent))]
    for person in child.pick_up_people.all():
        words = {"name": person.name, "relation": person.relation}
        found.append((person.phone, _("%(name)s（%(relation)s・お迎えの人）") % words))
    numbers: dict[str, str] = {}
    for number, whose in found:
        if number:
            numbers.setdefault(number, whose)
    return tuple(Phone(number, whose) for number, whose in numbers.items())


def last_calls(
    bookings: Iterable[Booking], masked: Collection[uuid.UUID]
) -> dict[uuid.UUID, DayCall]:
    """The newest call about each booking that is not masked. One statement."""
    open_rows = [booking.pk for booking in bookings if booking.pk not in masked]
    found = DayCall.objects.filter(booking__in=open_rows).select_related("called_by")
    return {call.booking_id: call for call in found.order_by("called_at", "id")}


def calls_about(booking: Booking) -> list[DayCall]:
    """The newest first. One statement."""
    found = DayCall.objects.filter(booking=booking).select_related("called_by")
    return list(found.order_by("-called_at", "-id"))


def _whose(parent: Contact) -> str:
    if parent.is_first_contact:
        return _("%(name)s（保護者・最初の連絡先）") % {"name": parent.full_name}
    return _("%(name)s（保護者）") % {"name": parent.full_name}
