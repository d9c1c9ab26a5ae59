"""Two taps on one button at once: one payment, one receipt, and both find it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection, transaction

from booking.actions import attendances, payments
from booking.models import Payment
from tests.database import act_as
from tests.factories.booking import BookingFactory


def test_two_taps_at_once_take_the_money_once(real_database, carer_elsewhere):
    booking = BookingFactory.create()
    attendances.arrive(booking=booking, by=carer_elsewhere, at=booking.starts_at)
    attendances.leave(booking=booking, by=carer_elsewhere, at=booking.ends_at)
    fee, both = booking.fee, Barrier(2)

    def tap(_number):
        try:
            act_as("system:tests")
            both.wait(timeout=10)
            with transaction.atomic():
                return payments.take(
                    fee=fee, amount=1500, by=carer_elsewhere, at=booking.ends_at
                ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(tap, range(2))

    assert first == second
    assert Payment.objects.count() == 1
