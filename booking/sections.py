"""What booking shows on my page: the next use first."""

import datetime as dt

from booking.enums import OPEN_STATES
from records import sections
from records.models import Household

SHOWN = 3


@sections.join
def coming(household: Household, at: dt.datetime) -> sections.Part:
    """The next bookings of a household. One statement."""
    bookings = household.bookings.filter(state__in=OPEN_STATES, ends_at__gt=at)
    found = list(bookings.select_related("facility").order_by("starts_at")[: SHOWN + 1])
    return "booking/_coming_part.html", {"bookings": found[:SHOWN], "has_more": len(found) > SHOWN}
