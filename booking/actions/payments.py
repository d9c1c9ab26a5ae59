"""Money that moves: one payment, one receipt number."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Max

from booking.actions import transitions
from booking.enums import BookingState, PaymentMethod
from booking.models import Booking, Fee, Payment
from booking.refusals import BookingRefused, Reason
from history import clock
from records import dates
from records.models import User


@transaction.atomic
def take(
    *,
    fee: Fee,
    amount: int,
    by: User,
    at: dt.datetime,
    method: PaymentMethod = PaymentMethod.CASH,
) -> Payment:
    """Take `amount` yen for a fee and give it the next receipt number of facility and year.

    What settles a booking whose child was fetched closes it. Raises BookingRefused when more is
    given than is due.
    """
    year = dates.fiscal_year(clock.local(at).date())
    # One after the other per facility and year, so that no number is given twice or left out.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [fee.facility_id, year])
    fee = Fee.objects.with_paid().get(pk=fee.pk)
    if not 0 < amount <= fee.due:
        raise BookingRefused(Reason.TOO_MUCH)
    last = Payment.objects.filter(facility_id=fee.facility_id, receipt_year=year).aggregate(
        number=Max("receipt_number")
    )
    payment = Payment.objects.create(
        fee=fee,
        facility_id=fee.facility_id,
        amount=amount,
        method=method,
        received_by=by,
        received_at=at,
        receipt_year=year,
        receipt_number=(last["number"] or 0) + 1,
    )
    booking = Booking.objects.get(pk=fee.booking_id)
    if amount == fee.due and booking.state == BookingState.FETCHED:
        transitions.move(booking, BookingState.SETTLED, by=by, at=at)
    return payment
