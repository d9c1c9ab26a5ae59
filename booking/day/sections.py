"""What the day shows on a family's booking page: what it may say, what was said and answered."""

import datetime as dt

from booking import own_sections
from booking.day import codes, family_day, family_rules, reports
from booking.enums import BookingState
from booking.models import Booking
from history import clock
from records import pictures
from records.sections import Part

AT_THE_DOOR = (BookingState.CONFIRMED, BookingState.PRESENT)


@own_sections.join
def code(booking: Booking, at: dt.datetime) -> Part:
    """What the family shows at the door, until the child was fetched. No statement."""
    is_to_come = booking.state in AT_THE_DOOR and booking.day >= clock.local(at).date()
    picture = pictures.qr(codes.code_of(booking)) if is_to_come else ""
    return "day/_code_part.html", {"picture": picture}


@own_sections.join
def day(booking: Booking, at: dt.datetime) -> Part:
    """Two statements on the day of a booking and once the child was handed out, else one."""
    may_check = family_rules.may_check(booking, at)
    return "day/_family_part.html", {
        **family_day.said_of(booking),
        "day_report": reports.read_by_family(booking),
        "may_say_late": family_rules.may_say_late(booking, at),
        "may_change_pick_up": family_rules.may_change_pick_up(booking, at),
        "may_check": may_check,
        "to_check": family_day.bookings_to_check(booking, at) if may_check else [],
    }
