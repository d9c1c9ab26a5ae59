"""Holds (仮押さえ): seats kept for some minutes while a family reads everything once more."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet

from booking import cancelling, queries
from booking.actions import (
    approvals,
    bookings,
    counters,
    fees,
    promises,
    requests,
    transitions,
)
from booking.actions.bookings import Wish
from booking.actions.requests import Answer
from booking.callers import Caller
from booking.enums import Accepts, BookingState, Channel
from booking.models import Booking, BookingRequest, Slot, Tariff
from booking.pricing import Quote
from booking.refusals import BookingRefused, HoldOver, Reason
from history import clock
from history.prepared import Later, prepared
from records import rules, stops
from records.enums import Function
from records.models import User

# How many holds one round of the worker ends.
BATCH = 200
# All that the worker reads of a booking to end its hold.
USED = (
    "state", "facility_id", "starts_at", "ends_at", "staffing_group", "age_years", "seat_kind",
    "held_until",
)  # fmt: skip


def hold(
    *, wishes: Iterable[Wish], accepts: Accepts, by: User, at: dt.datetime, key: uuid.UUID
) -> Answer:
    """Hold seats for what a household wishes; the answer and its errors are those of `submit`.

    Whoever changes their mind and fills in the form anew holds the new seats only: what the same
    account held for the household before is let go, also where the new wishes are refused.
    """
    wishes = list(wishes)
    if known := requests.answered(wishes=wishes, accepts=accepts, by=by, key=key):
        return known
    with _earlier_let_go(wishes, by=by, at=at):
        return requests.submit_new(
            wishes=wishes, accepts=accepts, by=by, at=at, key=key, is_held=True
        )


@transaction.atomic
def extend(*, request: BookingRequest, by: User, at: dt.datetime) -> dt.datetime:
    """Hold the seats for as long again, once; until when. A second call changes nothing.

    Raises HoldOver when nothing is held any more.
    """
    held = _held(request)
    for booking in held:
        booking.held_until = booking.may_be_held_until
        booking.save(update_fields=["held_until"])
    return min(booking.may_be_held_until for booking in held)


@transaction.atomic
def confirm(*, request: BookingRequest, by: User, at: dt.datetime) -> list[Booking]:
    """Make bookings of the seats that a request holds, with fees and one mail; where the rule says
    so they await their facility first.

    A second call finds them confirmed. As long as nobody has ended the hold it may be confirmed,
    also some seconds after its time. Raises HoldOver, and ServiceStopped while the center has
    closed booking.
    """
    if known := [each for each in request.bookings.all() if _is_booked(each)]:
        return known
    held = _held(request)
    for booking in held:
        stops.refuse(Function.BOOKING, at=at, facility_id=booking.facility_id)
    keep(request, held, by=by, at=at)
    return held


def keep(
    request: BookingRequest,
    held: Sequence[Booking],
    *,
    by: User,
    at: dt.datetime,
    channel: Channel | None = None,
    callers: Mapping[uuid.UUID, Caller] | None = None,
) -> None:
    """Confirm seats that are held or offered, at the prices of when they were asked for.

    `callers` are the children by number, where staff answer for the family. Raises BookingRefused
    (LIMIT_REACHED) where the household has booked too much since.
    """
    for booking in held:
        _promise(booking, by=by, at=at, channel=channel)
    promises.promise(
        request,
        _with_tariffs(request, held),
        _beyond(request, held, callers or {}),
        for_caller=bool(callers),
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Line:
    """A held seat with what it costs (None while the tariff is provisional), and until when
    cancelling costs nothing (None where it never does)."""

    booking: Booking
    quote: Quote | None
    free_until: dt.datetime | None


def lines(request: BookingRequest, held: Sequence[Booking]) -> list[Line]:
    """What a family reads before it confirms; `held` with their children and rules."""
    pairs = _with_tariffs(request, held)
    is_resident = rules.is_resident(request.household.city)
    wanted = [
        (
            dataclasses.replace(
                fees.use_of(booking, is_resident=is_resident), minutes_beyond=above
            ),
            tariff,
        )
        for (booking, tariff), above in zip(pairs, _beyond(request, held, {}), strict=True)
    ]
    quotes = fees.quote(wanted, request.household_id)
    return [
        Line(
            booking=booking,
            quote=None if tariff.is_provisional else quote,
            free_until=cancelling.free_until(booking.use_rule, booking.day),
        )
        for (booking, tariff), quote in zip(pairs, quotes, strict=True)
    ]


@transaction.atomic
def let_go(*, request: BookingRequest, by: User, at: dt.datetime) -> None:
    """Give the held seats back before their time. A second call changes nothing."""
    _end(_locked(request.bookings.all()), by=by, at=at)


@transaction.atomic
def expire(*, at: dt.datetime) -> int:
    """End the holds whose time is over; how many. Runs as the worker, across facilities.

    A hold that is being confirmed at this moment is passed over. Safe to repeat.
    """
    over = Booking.objects.filter(state=BookingState.HELD, held_until__lte=at).only(*USED)
    ended = list(over.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
    _end(ended, by=None, at=at)
    return len(ended)


def _promise(booking: Booking, *, by: User, at: dt.datetime, channel: Channel | None) -> None:
    asked = (by, booking.use_rule, booking.child, booking.facility_id, booking.day)
    if not approvals.is_asked(*asked):
        transitions.move(booking, BookingState.CONFIRMED, by=by, at=at, channel=channel)
        return
    booking.answer_until = approvals.answer_until(booking, at)
    booking.save(update_fields=["answer_until"])
    transitions.move(booking, BookingState.AWAITING, by=by, at=at, channel=channel)


def _with_tariffs(request: BookingRequest, held: Iterable[Booking]) -> list[tuple[Booking, Tariff]]:
    """Each with the fee table that was in force for it when it was asked for."""
    asked_on, found = clock.local(request.requested_at).date(), []
    for booking in held:
        tariff = queries.tariff(booking.day, asked_on, booking.facility_id)
        if tariff is None:
            raise BookingRefused(Reason.CLOSED)
        found.append((booking, tariff))
    return found


def _beyond(
    request: BookingRequest, held: Sequence[Booking], callers: Mapping[uuid.UUID, Caller]
) -> list[int]:
    """The minutes of each above a limit at which the price jumps, one after the other."""
    wishes: list[Wish] = []
    found = []
    for booking in held:
        wish = Wish(
            booking.child,
            booking.facility,
            booking.starts_at,
            booking.ends_at,
            caller=callers.get(booking.child_id),
        )
        above = bookings.within_limits(
            wish, booking.use_rule, at=request.requested_at, beside=wishes, apart=held
        )
        found.append(above)
        wishes.append(wish)
    return found


def _held(request: BookingRequest) -> list[Booking]:
    held = [
        booking
        for booking in _locked(
            request.bookings.select_related("use_rule", "facility", "child", "household")
        )
        if booking.state == BookingState.HELD
    ]
    if not held:
        raise HoldOver
    for booking in held:
        booking.request = request
    return held


def _locked(found: QuerySet[Booking]) -> list[Booking]:
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def _is_booked(booking: Booking) -> bool:
    return not booking.is_only_held


@contextmanager
def _earlier_let_go(wishes: Sequence[Wish], *, by: User, at: dt.datetime) -> Iterator[None]:
    """Inside, what the account held for the household before is given back; with all that follows,
    or not at all."""
    household = wishes[0].child.household_id
    earlier = Booking.objects.filter(
        household=household, request__requested_by=by, state=BookingState.HELD
    )
    if not _any_held_for(household=household, by=by):
        yield
        return
    with transaction.atomic():
        promises.await_others(household, [wish.child for wish in wishes])
        ended = _locked(earlier)
        # Those to be given back and those to be taken at once, or they would be locked out of
        # order.
        ids = {slot for booking in ended for slot in bookings.slots_of(booking)}
        for wish in wishes:
            slots = Slot.objects.filter(facility=wish.facility)
            ids.update(slots.between(wish.starts_at, wish.ends_at).values_list("pk", flat=True))
        counters.lock(ids)
        _end(ended, by=by, at=at)
        yield


@prepared
def _any_held_for(household: Later, by: Later) -> QuerySet[Booking, uuid.UUID]:
    held = Booking.objects.filter(
        household=household, request__requested_by=by, state=BookingState.HELD
    )
    return held.order_by().values_list("pk", flat=True)[:1]


def _end(held: Iterable[Booking], *, by: User | None, at: dt.datetime) -> None:
    ended = [booking for booking in held if booking.state == BookingState.HELD]
    for booking in ended:
        transitions.move(booking, BookingState.WITHDRAWN, by=by, at=at)
    counters.give_back_together(
        [counters.Claim(bookings.slots_of(each), each.weight, each.seat) for each in ended]
    )
