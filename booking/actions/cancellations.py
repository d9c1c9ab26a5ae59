"""Cancelling a booking, by its family or by staff for it, and taking back one just made.

The seats of all that ends are given back together, last.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_noop

from booking import cancelling, letters
from booking.actions import bookings, counters, fees, transitions
from booking.enums import BookingState, Channel
from booking.enums_rules import CancelReason
from booking.models import Booking, CancelStage, Slot
from booking.refusals import BookingRefused, Reason
from records import stops
from records.enums import Function, Kind
from records.models import User

CANCELLED = (BookingState.CANCELLED_FREE, BookingState.CANCELLED_CHARGED)
# Why a booking ended that its family did not mean.
UNDONE = gettext_noop("まちがいの取り消し")
# Why a later day ended together with an earlier one.
IN_A_ROW = gettext_noop("続けた日の予約のため")


@transaction.atomic
def cancel(
    *,
    booking: Booking,
    by: User,
    at: dt.datetime,
    cause: CancelReason | None = None,
    reason: str = "",
    channel: Channel = Channel.WEB,
) -> Booking:
    """Cancel a confirmed booking, free of charge until its deadline; the seat is free at once.

    `cause` may decide what it costs. Where the rule says so, the days booked in a row after it end
    with it, each at its own cost. Staff cancel for a family also when the time has begun. A second
    call finds it cancelled.

    Raises BookingRefused once the use has begun, WrongState unless it is confirmed, and
    ServiceStopped while the center has closed cancelling by families.
    """
    own, *later = _locked(booking)
    if own.state in CANCELLED:
        return own
    if by.kind == Kind.PARENT:
        stops.refuse(Function.CANCELLING, at=at, facility_id=own.facility_id)
        if at >= own.starts_at:
            raise BookingRefused(Reason.TOO_LATE_TO_CANCEL)
    for each in (own, *later):
        _end(
            each,
            bookings.stage_of(each, at, cause),
            by=by,
            at=at,
            cause=cause,
            channel=channel,
            reason=reason if each == own else IN_A_ROW,
        )
    _give_back([own, *later])
    return own


@transaction.atomic
def undo(*, booking: Booking, by: User, at: dt.datetime) -> Booking:
    """Take back a booking that was just made, free of charge whatever the deadline, it alone.

    A second call finds it cancelled. Raises BookingRefused when the minutes for it are over,
    WrongState unless it is confirmed, and ServiceStopped as `cancel` does.
    """
    own = transitions.locked(booking)
    if own.state in CANCELLED:
        return own
    stops.refuse(Function.CANCELLING, at=at, facility_id=own.facility_id)
    if at >= min(bookings.undo_until(own), own.starts_at):
        raise BookingRefused(Reason.UNDO_OVER)
    _end(own, None, by=by, at=at, cause=None, channel=Channel.WEB, reason=UNDONE)
    _give_back([own])
    return own


def later_days(booking: Booking) -> list[Booking]:
    """The bookings that end with this one, because they follow it day by day (`cascades`).

    Those of the same request, for the child at the facility; two statements, or none.
    """
    if not booking.use_rule.cascades:
        return []
    others = Booking.objects.filter(
        request=booking.request_id, child=booking.child_id, facility=booking.facility_id,
        state=BookingState.CONFIRMED, starts_at__gt=booking.starts_at,
    ).order_by("starts_at")  # fmt: skip
    found = {each.day: each for each in others}
    if not found:
        return []
    slots = Slot.objects.filter(facility=booking.facility_id)
    between = slots.between(booking.starts_at, max(each.ends_at for each in found.values()))
    days = between.annotate(day=TruncDate("starts_at")).values_list("day", flat=True).distinct()
    return [found[day] for day in cancelling.later_in_a_row(booking.day, found, days)]


def _locked(booking: Booking) -> list[Booking]:
    """The booking and those that end with it, locked in one order whoever asks."""
    later = [each.pk for each in later_days(booking)]
    locked = Booking.objects.select_for_update().filter(pk__in=[booking.pk, *later])
    found: dict[uuid.UUID, Booking] = {each.pk: each for each in locked.order_by("pk")}
    own = found.get(booking.pk) or transitions.locked(booking)
    # Others may have ended meanwhile.
    rest = (found[number] for number in later if number in found)
    return [own, *(each for each in rest if each.state == BookingState.CONFIRMED)]


def _end(
    booking: Booking,
    stage: CancelStage | None,
    *,
    by: User,
    at: dt.datetime,
    cause: CancelReason | None,
    channel: Channel,
    reason: str,
) -> None:
    transitions.move(
        booking,
        BookingState.CANCELLED_CHARGED if stage else BookingState.CANCELLED_FREE,
        by=by,
        at=at,
        reason=reason,
        cause=cause,
        channel=channel,
    )
    fees.charge_cancellation(booking, stage)
    letters.tell(booking, "booking/email/cancelled", by=by)


def _give_back(ended: Sequence[Booking] | Iterable[Booking]) -> None:
    counters.give_back_together(
        [counters.Claim(bookings.slots_of(each), each.weight, each.seat) for each in ended]
    )
