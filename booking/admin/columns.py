"""Columns that lists of bookings and money share."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from booking.enums import OPEN_STATES, SEAT_STATES, BookingState, FeeState
from booking.models import Booking, Fee
from records.admin.columns import badge

FEE_BADGES = {
    FeeState.UNPAID: "badge-warning",
    FeeState.PARTLY_PAID: "badge-warning",
    FeeState.PAID: "badge-success",
    FeeState.NOTHING_DUE: "badge-muted",
}


def booking_badge(booking: Booking) -> SafeString:
    state = BookingState(booking.state)
    if state in OPEN_STATES:
        return badge(state.label, "badge-success" if state == BookingState.PRESENT else "")
    return badge(state.label, "badge-muted" if state in SEAT_STATES else "badge-warning")


def misfit_badge(booking: Booking) -> SafeString | str:
    return badge(booking.get_misfit_display(), "badge-danger") if booking.is_misfit else ""


def fee_badge(fee: Fee) -> SafeString:
    return badge(fee.state.label, FEE_BADGES[fee.state])


def yen(amount: int) -> str:
    return _("%(amount)s円") % {"amount": intcomma(amount, use_l10n=False)}
