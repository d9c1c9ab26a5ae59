"""The codes that a family shows at the door, and the row of the day's list that each opens.

A booking's QR code holds its own number; what is typed by hand is the number of its request (8
digits), or the 児童ID of the 登録カード (9 digits with a check digit).
"""

import datetime as dt
import re
import uuid

from django.db.models import Q

from booking.day.refusals import ForAnotherDay, UnknownCode, UnreadableCode
from booking.enums import BookingState
from booking.models import Booking
from records import codes

OWN, OF_REQUEST = re.compile(r"[0-9A-F]{32}"), re.compile(r"[0-9]{8}")
# Numbers of requests are looked for so far around the day.
AROUND = dt.timedelta(days=60)
# Of two bookings of a day, the one at which something is to be done.
FIRST = (BookingState.PRESENT, BookingState.CONFIRMED)


def code_of(booking: Booking) -> str:
    """What the QR code of a booking holds: letters and digits that every scanner types."""
    return booking.pk.hex.upper()


def find(*, user: object, facility_id: int, day: dt.date, text: str) -> Booking:
    """The booking of that day at that facility that somebody's code belongs to.

    Raises UnreadableCode, ForAnotherDay where the facility has it on another day, and UnknownCode
    for all else: whether there is such a number anywhere is told nobody. One statement, or two for
    the number of a request.
    """
    known = Booking.objects.visible_to(user).asked_for().filter(facility_id=facility_id)
    code = codes.normalised(text).upper()
    if OWN.fullmatch(code):
        wanted = Q(pk=uuid.UUID(hex=code))
    elif codes.is_valid(code):
        wanted = Q(child_code=code)
    elif OF_REQUEST.fullmatch(code):
        near = known.filter(starts_at__date__range=(day - AROUND, day + AROUND))
        requests = set(near.select_related("request").only("request"))
        wanted = Q(pk__in=[b.pk for b in requests if codes.normalised(b.request.number) == code])
    else:
        raise UnreadableCode
    found = list(known.filter(wanted))
    if not found:
        raise UnknownCode
    on_day = [booking for booking in found if booking.day == day]
    if not on_day:
        raise ForAnotherDay
    return min(on_day, key=_order)


def _order(booking: Booking) -> tuple[int, dt.datetime]:
    state = booking.state
    return FIRST.index(state) if state in FIRST else len(FIRST), booking.starts_at
