"""訂正: the real times of a closed day, in a manager's name and for a reason."""

import datetime as dt

from django.db import transaction

from booking.actions import attendances, fees
from booking.day.models import DayCorrection
from booking.day.refusals import CorrectionNeedsManager, CorrectionOutOfOrder, NotClosed
from booking.enums import BookingState
from booking.models import Booking
from records import rules
from records.models import User


@transaction.atomic
def correct(
    *,
    booking: Booking,
    arrived_at: dt.datetime,
    left_at: dt.datetime,
    reason: str,
    by: User,
    at: dt.datetime,
) -> DayCorrection:
    """Put the times of a closed day right. The attendance follows; its history keeps the old ones.

    What is owed follows as well while nothing is paid of it; what was paid stays. Raises
    CorrectionNeedsManager, NotClosed while arrival or departure is missing, CorrectionOutOfOrder.
    """
    if not rules.manages_facility(by, booking.facility_id):
        raise CorrectionNeedsManager
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.state not in (BookingState.FETCHED, BookingState.SETTLED):
        raise NotClosed
    if not arrived_at < left_at <= at:
        raise CorrectionOutOfOrder
    correction = DayCorrection.objects.create(
        booking=booking,
        facility_id=booking.facility_id,
        arrived_at=arrived_at,
        left_at=left_at,
        reason=reason,
        corrected_by=by,
        corrected_at=at,
    )
    attendance = booking.attendance
    attendance.arrived_at, attendance.left_at, attendance.noted_at = arrived_at, left_at, at
    with attendances.unless_closed():
        attendance.save(update_fields=["arrived_at", "left_at", "noted_at"])
    if not booking.fee.payments.exists():
        fees.reckon_departure(booking, arrived_at=arrived_at, left_at=left_at)
    return correction
