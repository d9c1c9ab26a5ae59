"""Offers (繰り上げ案内): places that came free, to the families that wait for them, in order.

By the worker, across families and facilities; it reads numbers and times, and nobody's name. Each
offer is a transaction of its own, so that slots are never locked while a family is waited for.
"""

import datetime as dt
import enum
import uuid
from collections.abc import Collection, Iterator, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from booking import offering, queries
from booking.actions import bookings, counters, notices, promises, transitions, waitings
from booking.actions.bookings import Wish
from booking.actions.counters import Claim
from booking.enums import BookingState, WaitingState
from booking.enums_calls import CallKind
from booking.models import Booking, BookingRequest, Slot, UseRule, Waiting, WaitingChild
from booking.models.waiting import WaitingQuerySet
from booking.refusals import BookingRefused, SlotFull
from history import clock
from records import dates, mail
from records.models import Child

# All that the worker may read of a family that waits, of a booking, and of a child.
USED = (
    "household_id", "facility_id", "starts_at", "ends_at", "state", "joined_by_id", "offered_at",
    "offer_until", "is_broadcast", "request_id",
)  # fmt: skip
OF_BOOKING = (
    "state", "facility_id", "starts_at", "ends_at", "staffing_group", "age_years", "seat_kind",
)  # fmt: skip
OF_CHILD = ("date_of_birth", "needs_one_to_one")


class Outcome(enum.Enum):
    """What became of one family: REFUSED is for reasons of its own, whatever is free."""

    OFFERED = enum.auto()
    NO_ROOM = enum.auto()
    REFUSED = enum.auto()


def lines(*, facility_id: int, day: dt.date) -> list[uuid.UUID]:
    """The families that wait for a day at a facility, in the order in which they are asked."""
    return list(_lines(facility_id, day).waiting().in_order().values_list("pk", flat=True))


@transaction.atomic
def offer(*, waiting_id: uuid.UUID, at: dt.datetime) -> Outcome:
    """Offer what is held back, or free, to one family, if all its children fit for all of its time.

    Alone, with seats that are taken for it; or, where the use is near, to whoever answers first.
    Raises BookingRefused (BUSY).
    """
    line = _line(waiting_id)
    if line is None:
        return Outcome.REFUSED
    wishes = _wishes(line)
    promises.await_others(line.household_id, [wish.child for wish in wishes])
    line = Waiting.objects.only(*USED).select_for_update().get(pk=waiting_id)
    rule = queries.use_rule(line.day, clock.local(at).date(), line.facility_id)
    if line.state != WaitingState.WAITING or rule is None or _refuses(line, wishes, rule, at):
        return Outcome.REFUSED
    claims = _claims(wishes)
    if claims is None:
        return Outcome.NO_ROOM
    line.offered_at = at
    if at >= offering.broadcasts_from(rule, line.starts_at):
        return _broadcast(line, rule, claims, at)
    try:
        with transaction.atomic():
            _offer_alone(line, rule, wishes, claims, at)
    except SlotFull:
        return Outcome.NO_ROOM
    return Outcome.OFFERED


def _offer_alone(
    line: Waiting, rule: UseRule, wishes: Sequence[Wish], claims: Sequence[Claim], at: dt.datetime
) -> None:
    line.state, line.is_broadcast = WaitingState.OFFERED, False
    line.offer_until = offering.until(rule, line.starts_at, at)
    request = BookingRequest(
        household_id=line.household_id, requested_by_id=line.joined_by_id, requested_at=at
    )
    request.save(force_insert=True)
    line.request = request
    line.save(update_fields=["state", "is_broadcast", "offered_at", "offer_until", "request"])
    for wish in wishes:
        booking = _draft(line, rule, wish)
        booking.save(force_insert=True)
        transitions.begin(booking, by=None, at=at)
    _tell_or_call(line, "booking/email/waiting_offered", at, booking)
    counters.take_together(claims)


def _draft(line: Waiting, rule: UseRule, wish: Wish) -> Booking:
    """The database fills in what the facility keeps of child and payer."""
    return Booking(
        request=line.request,
        child_id=wish.child.pk,
        household_id=line.household_id,
        facility_id=line.facility_id,
        starts_at=line.starts_at,
        ends_at=line.ends_at,
        state=BookingState.OFFERED,
        # Like a hold: what comes to nothing was never asked for at the facility.
        held_until=line.offer_until,
        age_years=wish.weight.years,
        class_age=max(dates.class_age_on(wish.child.date_of_birth, wish.day), 0),
        staffing_group=wish.weight.group,
        use_rule=rule,
    )


def _broadcast(line: Waiting, rule: UseRule, claims: Sequence[Claim], at: dt.datetime) -> Outcome:
    if not counters.fit_together(claims):
        return Outcome.NO_ROOM
    line.state, line.is_broadcast = WaitingState.OFFERED, True
    line.offer_until = offering.broadcast_until(rule, line.starts_at, at)
    line.save(update_fields=["state", "is_broadcast", "offered_at", "offer_until"])
    _tell_or_call(line, "booking/email/waiting_broadcast", at)
    return Outcome.OFFERED


@transaction.atomic
def settle(*, facility_id: int, day: dt.date, refused: Collection[uuid.UUID]) -> bool:
    """Give to everybody what is held back and nobody was offered; whether that is done.

    False where a family fits by now, of those that were not `refused`: what came free in between
    is offered first.
    """
    held = list(Slot.objects.filter(facility=facility_id, held_back__gt=0).on_day(day))
    if not held:
        return True
    counters.lock([slot.pk for slot in held])
    for line in _lines(facility_id, day).waiting().exclude(pk__in=refused).only(*USED):
        claims = _claims(_wishes(line))
        if claims is not None and counters.fit_together(claims):
            return False
    asked = list(_broadcasts(facility_id, day).only(*USED))
    counters.release(
        [
            slot.pk
            for slot in held
            if not any(line.starts_at <= slot.starts_at < line.ends_at for line in asked)
        ]
    )
    return True


def running_broadcasts(*, facility_id: int, day: dt.date) -> list[uuid.UUID]:
    """Who was asked among others and has not answered yet."""
    return list(_broadcasts(facility_id, day).values_list("pk", flat=True))


@transaction.atomic
def close_broadcast(*, waiting_id: uuid.UUID, at: dt.datetime) -> bool:
    """Back into the line with a family that was asked among others, once the place is gone.

    Whether it was; the family is told.
    """
    line = _locked(waiting_id)
    if line is None or line.state != WaitingState.OFFERED or not line.is_broadcast:
        return False
    claims = _claims(_wishes(line))
    if claims is not None and counters.fit_together(claims):
        return False
    _back_into_line(line)
    _tell(line, "booking/email/waiting_taken")
    return True


def overdue(*, at: dt.datetime) -> list[uuid.UUID]:
    """Offers whose time is over, by their time; of one time in the order of the line."""
    over = Waiting.objects.filter(state=WaitingState.OFFERED, offer_until__lte=at)
    return list(over.order_by("offer_until", *Waiting.ORDER).values_list("pk", flat=True))


@transaction.atomic
def lapse(*, waiting_id: uuid.UUID, at: dt.datetime) -> bool:
    """End an offer whose time is over; the place goes on. Whether it was still to be ended.

    Whoever had less time only because the use is near waits on, and is asked with all others. An
    offer that is being answered at this moment is passed over.
    """
    line = _locked(waiting_id)
    if line is None or line.state != WaitingState.OFFERED or not line.offer_until:
        return False
    if line.offer_until > at:
        return False
    found = Booking.objects.filter(request=line.request_id, state=BookingState.OFFERED)
    offered = (
        list(found.only(*OF_BOOKING).select_for_update().order_by("pk")) if line.request_id else []
    )
    if _was_cut_short(line, at):
        _back_into_line(line)
    else:
        line.state = WaitingState.LAPSED
        line.save(update_fields=["state"])
        _tell(line, "booking/email/waiting_lapsed")
    waitings.give_back(offered, by=None, at=at)
    return True


@transaction.atomic
def requeue() -> int:
    """Back into the line with families whose offered seat is gone, as when the facility closes; how
    many. They hear of that by the letter about the closure."""
    alone = Waiting.objects.filter(state=WaitingState.OFFERED, is_broadcast=False).only(*USED)
    kept = Booking.objects.filter(request=OuterRef("request"), state=BookingState.OFFERED)
    # Locked first, asked afterwards: whoever is answering at this moment is passed over.
    locked = list(alone.filter(~Exists(kept)).select_for_update(skip_locked=True))
    lines = list(alone.filter(~Exists(kept), pk__in=[line.pk for line in locked]))
    for line in lines:
        _back_into_line(line)
    return len(lines)


def end(*, at: dt.datetime) -> int:
    """Let the lines end whose use has begun; how many families had waited."""
    over = Waiting.objects.waiting().filter(starts_at__lte=at)
    return over.update(state=WaitingState.ENDED)


def tell_moved(*, waiting_id: uuid.UUID) -> None:
    """Tell a family that staff have changed its place in the line; the reason is on its page."""
    line = Waiting.objects.still_waiting().only(*USED).filter(pk=waiting_id).first()
    if line is not None:
        _tell(line, "booking/email/waiting_moved")


def tell_joined(*, waiting_id: uuid.UUID) -> None:
    """Tell a family what staff have entered it for on the telephone or at the counter."""
    line = _line(waiting_id)
    if line is not None:
        _tell(line, "booking/email/waiting_joined")


def days_held_back(*, at: dt.datetime) -> Iterator[tuple[int, dt.date]]:
    """Facilities and days at which something is still held back, whoever was interrupted."""
    found = Slot.objects.filter(held_back__gt=0, starts_at__gt=at)
    yield from _days(found.values_list("facility_id", "starts_at"))


def days_waited_for(*, at: dt.datetime) -> Iterator[tuple[int, dt.date]]:
    """Facilities and days for which somebody waits: places also come free in other ways."""
    found = Waiting.objects.waiting().filter(starts_at__gt=at)
    yield from _days(found.values_list("facility_id", "starts_at"))


def _days(found: Collection[tuple[int, dt.datetime]]) -> list[tuple[int, dt.date]]:
    return sorted({(place, clock.local(start).date()) for place, start in found})


def _lines(facility_id: int, day: dt.date) -> WaitingQuerySet:
    return Waiting.objects.filter(facility=facility_id).on_day(day)


def _broadcasts(facility_id: int, day: dt.date) -> WaitingQuerySet:
    return _lines(facility_id, day).filter(state=WaitingState.OFFERED, is_broadcast=True)


def _line(waiting_id: uuid.UUID) -> Waiting | None:
    return Waiting.objects.waiting().only(*USED).filter(pk=waiting_id).first()


def _locked(waiting_id: uuid.UUID) -> Waiting | None:
    """None while the family answers."""
    found = Waiting.objects.only(*USED).filter(pk=waiting_id)
    return found.select_for_update(skip_locked=True).first()


def _wishes(line: Waiting) -> list[Wish]:
    numbers = WaitingChild.objects.filter(waiting=line.pk).values("child")
    children = list(Child.objects.only(*OF_CHILD).filter(pk__in=numbers).order_by("pk"))
    for child in children:
        child.household_id = line.household_id
    return [Wish(child, line.facility, line.starts_at, line.ends_at) for child in children]


def _claims(wishes: Sequence[Wish]) -> list[Claim] | None:
    """The half hours of each child; None where one of them has no place."""
    try:
        return [
            Claim(bookings.look(wish, is_offered=True)[0], wish.weight, is_offered=True)
            for wish in wishes
        ]
    except BookingRefused:
        return None


def _refuses(line: Waiting, wishes: Sequence[Wish], rule: UseRule, at: dt.datetime) -> bool:
    """Whether the family can't be booked whatever is free: begun, register, seats, limits."""
    if at >= line.starts_at or queries.refusal_of_line(line.pk, rule.pk):
        return True
    seated = Booking.objects.seated().filter(child__in=[wish.child.pk for wish in wishes])
    if seated.filter(starts_at__lt=line.ends_at, ends_at__gt=line.starts_at).exists():
        return True
    try:
        for number, wish in enumerate(wishes):
            bookings.within_limits(wish, rule, at=at, beside=wishes[:number])
    except BookingRefused:
        return True
    return False


def _was_cut_short(line: Waiting, at: dt.datetime) -> bool:
    if line.is_broadcast or line.offered_at is None or at >= line.starts_at:
        return False
    rule = queries.use_rule(line.day, clock.local(line.offered_at).date(), line.facility_id)
    return rule is not None and line.offer_until == offering.broadcasts_from(rule, line.starts_at)


def _back_into_line(line: Waiting) -> None:
    line.state, line.request, line.is_broadcast = WaitingState.WAITING, None, False
    line.offered_at = line.offer_until = None
    line.save(update_fields=["state", "request", "is_broadcast", "offered_at", "offer_until"])


def _tell(line: Waiting, event: str) -> bool:
    """By mail, to every working address of the family; whether there was one."""
    return mail.tell(line.household_id, event, waiting=line)


def _tell_or_call(
    line: Waiting, event: str, at: dt.datetime, booking: Booking | None = None
) -> None:
    """Where no mail reaches the family, the facility is to telephone it until the deadline."""
    notices.tell_or_call(
        line.household_id,
        event,
        {"waiting": line},
        kind=CallKind.OFFER,
        facility_id=line.facility_id,
        due_at=line.offer_until or at,
        at=at,
        booking=booking,
    )
