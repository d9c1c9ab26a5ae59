"""施設の確認: a request that a facility confirms or declines; its seat is held meanwhile."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_noop

from booking import letters
from booking import rules as booking_rules
from booking.actions import bookings, counters, fees, transitions
from booking.enums import BookingState
from booking.models import Booking, Slot, UseRule
from history import clock
from records import rules
from records.models import Child, User

# How many requests one round of the worker ends.
BATCH = 200
UNANSWERED = gettext_noop("期限までに施設の確認ができなかったため")
# All that the worker reads of a booking to end it.
USED = (
    "state", "household_id", "facility_id", "starts_at", "ends_at", "staffing_group", "age_years",
    "seat_kind", "answer_until",
)  # fmt: skip


def is_asked(by: User | None, rule: UseRule, child: Child, facility_id: int, day: dt.date) -> bool:
    """Whether the facility confirms first; not where its own staff book."""
    duty = rules.duty(by)
    if duty is not None and facility_id in duty.facilities:
        return False
    return booking_rules.needs_approval(
        rule, child.date_of_birth, day, one_to_one=child.needs_one_to_one
    )


def answer_until(booking: Booking, at: dt.datetime) -> dt.datetime:
    """Until when the facility answers what is asked at a moment: the closing time of the day of
    opening that the rule names, or the beginning of the use."""
    slots = Slot.objects.filter(facility=booking.facility_id)
    later = slots.filter(starts_at__gte=clock.at(clock.local(at).date(), dt.time.max))
    days = later.annotate(day=TruncDate("starts_at")).order_by("day").values("day")
    number = booking.use_rule.approval_days
    closings = days.annotate(closes_at=Max("ends_at")).values_list("closes_at", flat=True)
    last = closings[number - 1 : number]
    return min([booking.starts_at, *last])


@transaction.atomic
def approve(*, booking: Booking, by: User, at: dt.datetime) -> Booking:
    """The facility can take the child: the booking is confirmed. A second tap finds it so.

    Raises WrongState when the family withdrew it, or time did.
    """
    booking = transitions.locked(booking)
    if booking.state == BookingState.CONFIRMED:
        return booking
    transitions.move(booking, BookingState.CONFIRMED, by=by, at=at)
    letters.tell(booking, "booking/email/approved", by=by)
    return booking


@transaction.atomic
def decline(*, booking: Booking, reason: str, by: User, at: dt.datetime) -> Booking:
    """The facility can't take the child, for a reason that the family reads. A second tap finds it
    declined. Raises WrongState unless it awaits an answer."""
    booking = transitions.locked(booking)
    if booking.state == BookingState.DECLINED:
        return booking
    _end([booking], BookingState.DECLINED, by=by, at=at, reason=reason)
    letters.tell(booking, "booking/email/declined", by=by)
    return booking


@transaction.atomic
def withdraw(*, booking: Booking, by: User, at: dt.datetime) -> Booking:
    """The family takes its request back, free of charge. A second tap finds it withdrawn."""
    booking = transitions.locked(booking)
    if booking.state == BookingState.WITHDRAWN:
        return booking
    _end([booking], BookingState.WITHDRAWN, by=by, at=at)
    letters.tell(booking, "booking/email/cancelled", by=by)
    return booking


@transaction.atomic
def expire(*, at: dt.datetime) -> int:
    """Decline what its facility has not answered in time; how many. Runs as the worker, across
    facilities. What is being answered at this moment is passed over. Safe to repeat."""
    over = Booking.objects.filter(state=BookingState.AWAITING, answer_until__lte=at).only(*USED)
    ended = list(over.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
    _end(ended, BookingState.DECLINED, by=None, at=at, reason=UNANSWERED)
    for booking in ended:
        letters.tell(booking, "booking/email/declined", by=None)
    return len(ended)


def _end(
    ended: Iterable[Booking],
    state: BookingState,
    *,
    by: User | None,
    at: dt.datetime,
    reason: str = "",
) -> None:
    ended = list(ended)
    for booking in ended:
        transitions.move(booking, state, by=by, at=at, reason=reason)
        fees.charge_cancellation(booking, None)
    counters.give_back_together(
        [counters.Claim(bookings.slots_of(each), each.weight, each.seat) for each in ended]
    )
