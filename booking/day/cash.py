"""Before a day's cash is counted: what should be there, and what is still open."""

import dataclasses
import datetime as dt

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.day.models import CashCount
from booking.enums import BookingState, PaymentMethod
from booking.models import Booking, Payment
from booking.models.booking import BookingQuerySet
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


@dataclasses.dataclass(frozen=True)
class OpenRows:
    """Bookings that wait for one thing. `is_paid_for` says that it is the money."""

    label: str | Promise
    bookings: tuple[Booking, ...]
    is_paid_for: bool = False


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


def open_rows(
    *, user: object, facility_id: int, day: dt.date, at: dt.datetime
) -> tuple[OpenRows, ...]:
    """What is to be settled before the box is closed, of this day and of those before it."""
    known = Booking.objects.visible_to(user).filter(
        facility_id=facility_id, starts_at__lt=clock.at(day + ONE_DAY, dt.time.min)
    )
    groups = (
        (_("来所も連絡もない"), known.filter(state=BookingState.CONFIRMED, ends_at__lte=at), False),
        (_("お迎えの記録がない"), known.filter(state=BookingState.PRESENT), False),
        (_("料金が未収"), known.filter(state=BookingState.FETCHED), True),
        (_("読み合わせが1人だけ"), _unread(known), False),
    )
    found = (
        OpenRows(label, tuple(bookings.order_by("starts_at", "id")), is_paid_for)
        for label, bookings, is_paid_for in groups
    )
    return tuple(each for each in found if each.bookings)


def _unread(known: BookingQuerySet) -> BookingQuerySet:
    one_name = known.filter(joint_readings__isnull=False, joint_readings__second_by__isnull=True)
    return one_name.distinct()
