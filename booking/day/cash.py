"""Before a day's cash is counted: what should be there."""

import dataclasses
import datetime as dt

from django.db.models import Sum

from booking.day.models import CashCount
from booking.enums import PaymentMethod
from booking.models import Payment
from history import clock

ONE_DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Takings:
    """The cash of the payments from `since_at` until before `until_at`, in yen; `float_amount` is
    what the count before left in the box, None before the first."""

    since_at: dt.datetime | None
    until_at: dt.datetime
    cash_amount: int
    float_amount: int | None


def takings(*, facility_id: int, day: dt.date, at: dt.datetime) -> Takings:
    """What was taken since the count before, until `at` or the end of the day. Two statements."""
    counts = CashCount.objects.filter(facility_id=facility_id)
    last = counts.order_by("-until_at").first()
    until_at = min(at, clock.at(day + ONE_DAY, dt.time.min))
    cash = Payment.objects.filter(
        facility_id=facility_id, method=PaymentMethod.CASH, received_at__lt=until_at
    )
    if last is not None:
        cash = cash.filter(received_at__gte=last.until_at)
    return Takings(
        since_at=last.until_at if last else None,
        until_at=until_at,
        cash_amount=cash.aggregate(sum=Sum("amount"))["sum"] or 0,
        float_amount=last.kept_amount if last else None,
    )


def is_counted(*, facility_id: int, day: dt.date) -> bool:
    """Whether this day, or one after it, is closed: then it takes no payment more."""
    return CashCount.objects.filter(facility_id=facility_id, day__gte=day).exists()
