"""Money that moves: one payment, one receipt number."""

import datetime as dt

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext

from booking import rules
from booking.actions import transitions
from booking.enums import BookingState, PaymentMethod
from booking.models import Booking, Fee, Payment
from booking.refusals import BookingRefused, Reason, WrongState
from history import clock
from records import dates
from records.models import User
from records.violations import constraint_of

# What the database calls a payment dated into a day whose cash is counted (日計).
COUNTED = "payment_of_counted_day"


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

    What settles a booking whose child was fetched closes it. A second tap, with the amount that has
    just settled the fee, finds that payment. Raises WrongState while the child is not fetched and
    nothing is owed for cancelling, or when the day's cash is counted meanwhile, BookingRefused
    (TOO_MUCH) when more is given than is due.
    """
    year = dates.fiscal_year(clock.local(at).date())
    # One after the other per facility and year, so that no number is given twice or left out.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [fee.facility_id, year])
    # A departure recorded at the same time would still add its overrun.
    booking = Booking.objects.select_for_update().get(pk=fee.booking_id)
    fee = Fee.objects.with_paid().get(pk=fee.pk)
    if known := _settled_by(fee, amount):
        return known
    if not 0 < amount <= fee.due:
        raise BookingRefused(Reason.TOO_MUCH)
    if not rules.may_be_taken(fee, booking.state):
        raise WrongState(gettext("料金は、お迎えを記録したあとに収納できます。"))
    last = Payment.objects.filter(facility_id=fee.facility_id, receipt_year=year).aggregate(
        number=Max("receipt_number")
    )
    payment = Payment(
        fee=fee,
        facility_id=fee.facility_id,
        amount=amount,
        method=method,
        received_by=by,
        received_at=at,
        receipt_year=year,
        receipt_number=(last["number"] or 0) + 1,
    )
    try:
        with transaction.atomic():
            payment.save(force_insert=True)
    except IntegrityError as error:
        if constraint_of(error) != COUNTED:
            raise
        raise WrongState(
            gettext("たった今、この日の日計を締めました。もう一度押すと、次の日の日計に入ります。")
        ) from error
    if amount == fee.due and booking.state == BookingState.FETCHED:
        transitions.move(booking, BookingState.SETTLED, by=by, at=at)
    return payment


@transaction.atomic
def print_receipt(*, payment: Payment, at: dt.datetime) -> Payment:
    """Note that the receipt goes on paper: for the first time, or once more (再発行).

    Two prints at one time wait for each other, so that only one of them is the first. Returns the
    payment with what the paper needs.
    """
    payment = (
        Payment.objects.select_for_update(of=["self"])
        .select_related("fee__booking", "facility__operator")
        .get(pk=payment.pk)
    )
    moment = "receipt_reissued_at" if payment.receipt_printed_at else "receipt_printed_at"
    setattr(payment, moment, at)
    payment.save(update_fields=[moment])
    return payment


def _settled_by(fee: Fee, amount: int) -> Payment | None:
    """The payment of so much after which nothing was left to pay."""
    if fee.due > 0:
        return None
    last = fee.payments.order_by("receipt_year", "receipt_number").last()
    return last if last and last.amount == amount else None
