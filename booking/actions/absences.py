"""Children that were booked and not cared for: nobody came (連絡なし), or not today (発熱など).

Both are facts of the day itself. The seat is free at once; what is owed is that of cancelling late.
"""

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from booking import cancelling, letters
from booking.actions import bookings, counters, fees, transitions, use_holds
from booking.enums import BookingState
from booking.enums_rules import CancelReason
from booking.models import Booking
from booking.refusals import BookingRefused, Reason, WrongState
from history import clock
from records.models import User
from records.violations import constraint_of

NOT_CARED_FOR = (BookingState.ABSENT, BookingState.TURNED_AWAY)


@transaction.atomic
def record(*, booking: Booking, by: User, at: dt.datetime) -> Booking:
    """連絡なし: the time has begun and nobody came or rang. A second tap finds the first.

    The family pays what cancelling at the beginning would have cost. Whether it is one time too
    often the worker counts (`use_holds`). Raises BookingRefused before the beginning, WrongState
    unless the booking is confirmed.
    """
    booking = transitions.locked(booking)
    if booking.state == BookingState.ABSENT:
        return booking
    if at < booking.starts_at:
        raise BookingRefused(Reason.NOT_YET_DUE)
    transitions.move(booking, BookingState.ABSENT, by=by, at=at)
    fees.charge_cancellation(
        booking, cancelling.stage(booking.use_rule, booking.day, booking.starts_at)
    )
    letters.tell(booking, "booking/email/absent", by=by)
    use_holds.defer_count(booking)
    _give_back(booking)
    return booking


@transaction.atomic
def turn_away(
    *,
    booking: Booking,
    by: User,
    at: dt.datetime,
    temperature: Decimal | None = None,
    reason: str = "",
) -> Booking:
    """当日お預かり中止: the child is too ill to stay. A second tap finds the first.

    It costs what the rule says of illness at that moment. Raises WrongState before the day, unless
    the booking is confirmed, and where neither a fever by the rule nor another `reason` is given,
    which the family reads.
    """
    booking = transitions.locked(booking)
    if booking.state == BookingState.TURNED_AWAY:
        return booking
    if clock.local(at).date() < booking.day:
        raise WrongState(gettext("お預かりの中止は、利用日になってから記録できます。"))
    has_fever = temperature is not None and temperature >= booking.use_rule.fever_limit
    if not (has_fever or reason):
        raise WrongState(gettext("体温か、お子さんのようすを記録してください。"))
    measured = gettext("体温%(degrees)s℃") % {"degrees": temperature} if temperature else ""
    transitions.move(
        booking,
        BookingState.TURNED_AWAY,
        by=by,
        at=at,
        cause=CancelReason.ILLNESS,
        reason="　".join(filter(None, [measured, reason])),
    )
    stage = cancelling.stage(booking.use_rule, booking.day, at, CancelReason.ILLNESS)
    fees.charge_cancellation(booking, stage)
    letters.tell(booking, "booking/email/turned_away", by=by)
    _give_back(booking)
    return booking


@transaction.atomic
def take_back(*, booking: Booking, by: User, at: dt.datetime) -> Booking:
    """The wrong row, or the child came after all: the booking is confirmed again. A second tap
    finds it so.

    On its day alone, and as long as nothing is paid. Raises SlotFull or BookingRefused where the
    seat has gone to somebody else meanwhile: then the child is received as a walk-in.
    """
    booking = transitions.locked(booking)
    if booking.state == BookingState.CONFIRMED:
        return booking
    before = booking.state
    if before not in NOT_CARED_FOR or clock.local(at).date() != booking.day:
        raise WrongState(gettext("取り消せるのは、利用日のうちだけです。"))
    if booking.fee.payments.exists():
        raise WrongState(gettext("料金を収納したあとは、取り消せません。"))
    try:
        # The statement alone: where the child is booked elsewhere now, nothing else is lost.
        with transaction.atomic():
            transitions.move(booking, BookingState.CONFIRMED, by=by, at=at)
    except IntegrityError as error:
        if constraint_of(error) != "booking_child_in_one_place":
            raise
        raise BookingRefused(Reason.ALREADY_BOOKED) from error
    fees.restore(booking)
    if before == BookingState.ABSENT:
        use_holds.defer_count(booking)
    counters.take(bookings.slots_of(booking), booking.weight, booking.seat)
    return booking


def _give_back(booking: Booking) -> None:
    counters.give_back(bookings.slots_of(booking), booking.weight, booking.seat)
