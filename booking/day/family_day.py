"""What a family's booking page reads of the day."""

import datetime as dt
import uuid

from booking.day import family_rules
from booking.models import Booking
from records.models import User

# One row of each for a booking: read together with it.
SAID = ("late_notice", "pick_up_change", "arrival_check")


def said_of(booking: Booking) -> dict[str, object]:
    """What the family said of a booking, by kind; None where it said nothing. One statement."""
    found = Booking.objects.filter(pk=booking.pk).select_related(*SAID).only("pk", *SAID).get()
    return {kind: getattr(found, kind, None) for kind in SAID}


def booking_of(user: User, booking_id: uuid.UUID) -> Booking | None:
    """A family's booking with what it said of it; None if it isn't theirs."""
    found = Booking.objects.visible_to(user).filter(pk=booking_id)
    return found.select_related("facility", "child", *SAID).first()


def bookings_to_check(booking: Booking, at: dt.datetime) -> list[Booking]:
    """Those of the family on the same day of which nothing was said yet. One statement."""
    of_day = Booking.objects.filter(household=booking.household_id).on_day(booking.day)
    found = of_day.filter(arrival_check=None).select_related("facility")
    return [each for each in found if family_rules.may_check(each, at)]


def registered_people(booking: Booking) -> dict[uuid.UUID, str]:
    """Who may fetch the child anyway, by id: its parents, and whom the family has named. Two
    statements."""
    parents = {each.pk: each.full_name for each in booking.child.household.parents.all()}
    return parents | {each.pk: each.name for each in booking.child.pick_up_people.all()}


def checked(booking: Booking) -> dict[str, str]:
    """What was said in the morning already, for the form to begin with."""
    check = getattr(booking, "arrival_check", None)
    names = ("temperature", "meal", "sleep", "medicine", "phone")
    return {name: getattr(check, name) for name in names} if check else {}
