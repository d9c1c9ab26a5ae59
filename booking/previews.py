"""What a version of the rules will change, before it is saved: the promises beside it."""

import dataclasses
import datetime as dt

from booking import rules
from booking.models import Booking, UseRule
from history import clock
from records.models import Facility


@dataclasses.dataclass(kw_only=True)
class Touched:
    """The coming bookings of a facility for days on which a version will hold.

    They keep the version they were made by. `unlike` are those whose time could not be booked by
    the new one; whoever edits may want to speak to these families.
    """

    facility: Facility
    count: int = 0
    unlike: int = 0


def touched(rule: UseRule, at: dt.datetime) -> list[Touched]:
    """By facility, in the ward's order; facilities with a line of their own only by that. One
    statement."""
    first = clock.at(rule.valid_from, dt.time.min)
    coming = Booking.objects.open().filter(starts_at__gt=at, starts_at__gte=first)
    if rule.valid_to is not None:
        end = clock.at(rule.valid_to + dt.timedelta(days=1), dt.time.min)
        coming = coming.filter(starts_at__lt=end)
    if rule.facility_id is None:
        coming = coming.filter(use_rule__facility=None)
    else:
        coming = coming.filter(facility=rule.facility_id)
    found: dict[int, Touched] = {}
    for booking in coming.select_related("facility").order_by("facility__number"):
        row = found.setdefault(booking.facility_id, Touched(facility=booking.facility))
        row.count += 1
        times = clock.local(booking.starts_at), clock.local(booking.ends_at)
        row.unlike += rules.refusal_of_times(rule, *times) is not None
    return list(found.values())
