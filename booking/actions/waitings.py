"""キャンセル待ち: joining the line, answering an offer, leaving; staff who change the order.

Offers themselves are made by the worker (`offers`).
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from booking import cancelling, queries, rules
from booking.actions import bookings, calls, counters, fees, holds, promises, transitions
from booking.actions.bookings import Wish
from booking.actions.promises import Unmet
from booking.callers import Caller, Line, line_of
from booking.enums import BookingState, Channel, Precedence, WaitingState
from booking.enums_calls import CallKind, CallResult
from booking.models import Booking, BookingRequest, Call, UseRule, Waiting, WaitingChild
from booking.refusals import BookingRefused, OfferOver, Reason, SlotFull, WrongState
from history import clock
from records import mail, stops
from records.enums import Function
from records.models import Child, Facility, User

# For how many times one family may wait at once: the line is no place to keep all days open.
MOST = 20


@transaction.atomic
def join(
    *,
    children: Iterable[Child],
    facility: Facility,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    at: dt.datetime,
    channel: Channel = Channel.WEB,
    callers: Sequence[Caller] = (),
) -> Waiting:
    """Wait for places for all these children of a household in `[starts_at, ends_at)`.

    Only what is refused for want of places can be waited for: every other rule refuses as it does
    a booking, until the same deadline. A second tap finds the first. Staff who enter a family name
    all its children as `callers`.

    Raises BookingRefused, NOT_FULL among its reasons, and ServiceStopped while the center has
    closed booking.
    """
    children = sorted(children, key=lambda child: child.pk)
    asked = {each.child.pk: each for each in callers}
    wishes = [
        Wish(child, facility, starts_at, ends_at, caller=asked.get(child.pk)) for child in children
    ]
    household = children[0].household
    promises.await_others(household.pk, children)
    own = Waiting.objects.still_waiting().filter(household=household)
    known = own.filter(facility=facility, starts_at=starts_at, ends_at=ends_at).first()
    if known is not None:
        return _same(known, children, callers)
    if own.count() >= MOST:
        raise BookingRefused(Reason.TOO_MANY_WAITING)
    _refuse_unless_full(wishes, at, channel)
    try:
        waiting = Waiting.objects.create(
            household=household,
            facility=facility,
            starts_at=starts_at,
            ends_at=ends_at,
            joined_by=by,
            joined_at=at,
        )
        WaitingChild.objects.bulk_create(
            # The database writes name and number, whoever asks: staff can't read a caller's.
            WaitingChild(waiting=waiting, child=child)
            for child in children
        )
    except IntegrityError as error:
        raise promises.refusal_of(error) or error from error
    if callers:
        app.configure_task("booking.tell_joined").defer(waiting_id=str(waiting.pk))
    else:
        mail.notify_family(household, "booking/email/waiting_joined", waiting=waiting)
    return waiting


def _same(known: Waiting, children: Sequence[Child], callers: Sequence[Caller]) -> Waiting:
    is_other = set(known.children.values_list("child", flat=True)) != {each.pk for each in children}
    # Of a line elsewhere staff see nobody whom they did not look up.
    if is_other or any(line is None or line.missing for line in _lines(known, callers)):
        raise BookingRefused(Reason.ALREADY_WAITING)
    return known


def _lines(known: Waiting, callers: Sequence[Caller]) -> list[Line | None]:
    return [line_of(caller, known.pk) for caller in callers]


def _refuse_unless_full(wishes: Sequence[Wish], at: dt.datetime, channel: Channel) -> None:
    claims: list[counters.Claim] | None = []
    for number, wish in enumerate(wishes):
        try:
            terms = bookings.check(wish, at=at, channel=channel, beside=wishes[:number])
        except SlotFull:
            claims = None
            continue
        if claims is not None:
            claims.append(counters.Claim(terms.slots, wish.weight, terms.seat))
    # Each may fit alone where all of them don't.
    if claims and counters.fit_together(claims):
        raise BookingRefused(Reason.NOT_FULL)


@transaction.atomic
def accept(
    *,
    waiting: Waiting,
    by: User,
    at: dt.datetime,
    channel: Channel = Channel.WEB,
    callers: Sequence[Caller] = (),
) -> list[Booking]:
    """Make bookings of the places that are offered, by the rules of any booking; with one mail.

    Where all who wait were asked at once, the first to answer has them. A second tap finds the
    bookings. As long as nobody has ended the offer it may be accepted, also some seconds after its
    time. Staff who answer for a family name all its children as `callers`; a call that was to ask
    it is settled by that. Raises OfferOver, BookingRefused (TAKEN and the rules' reasons), and
    ServiceStopped while the center has closed what families book.
    """
    wishes = _wishes(waiting, callers)
    promises.await_others(waiting.household_id, [wish.child for wish in wishes])
    line = _locked(waiting)
    if line.state == WaitingState.BOOKED and line.request:
        return list(line.request.bookings.all())
    if line.state != WaitingState.OFFERED:
        raise OfferOver
    if channel.is_family:
        stops.refuse(Function.BOOKING, at=at, facility_id=line.facility_id)
    if line.is_broadcast:
        booked = _take_first(line, wishes, by=by, at=at, channel=channel)
    else:
        booked = _keep_offered(line, wishes, by=by, at=at, channel=channel)
    if callers:
        _settle_call(line, booked, by=by, at=at)
    line.state = WaitingState.BOOKED
    line.save(update_fields=["state", "request"])
    return booked


def _keep_offered(
    line: Waiting, wishes: Sequence[Wish], *, by: User, at: dt.datetime, channel: Channel
) -> list[Booking]:
    known = {wish.child.pk: wish for wish in wishes}
    offered = _offered(line, "use_rule", "facility")
    if line.request is None or {each.child_id for each in offered} != set(known):
        raise OfferOver
    for booking in offered:
        wish = known[booking.child_id]
        booking.request = line.request
        booking.child, booking.household = wish.child, wish.child.household
        # Hours have passed since it was offered: what the rules ask may have ended meanwhile.
        refusal = rules.refusal(
            wish.applicant(clock.local(at).date()),
            booking.use_rule,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            at=at,
            facility_id=booking.facility_id,
            is_offered=True,
        )
        if refusal:
            raise BookingRefused(*refusal)
    callers = {wish.child.pk: wish.caller for wish in wishes if wish.caller}
    holds.keep(line.request, offered, by=by, at=at, channel=channel, callers=callers)
    return offered


def _take_first(
    line: Waiting, wishes: Sequence[Wish], *, by: User, at: dt.datetime, channel: Channel
) -> list[Booking]:
    request = BookingRequest(
        household=wishes[0].child.household,
        requested_by=by,
        requested_at=at,
        channel=channel,
        key=line.pk,
    )
    try:
        chosen = [
            (
                wish,
                bookings.check(
                    wish, at=at, channel=channel, beside=wishes[:number], is_offered=True
                ),
            )
            for number, wish in enumerate(wishes)
        ]
        made = promises.write(request, chosen, [], by=by, is_held=False)
    except SlotFull as full:
        raise BookingRefused(Reason.TAKEN) from full
    except Unmet as unmet:
        if isinstance(unmet.error, SlotFull):
            raise BookingRefused(Reason.TAKEN) from unmet
        raise unmet.error from unmet
    line.request = request
    # The others hear that the place is gone.
    counters.defer_offers(chosen[0][1].slots)
    return made


@transaction.atomic
def withdraw(
    *, waiting: Waiting, by: User, at: dt.datetime, channel: Channel = Channel.WEB
) -> Waiting:
    """Leave the line, or decline what is offered: the next family is asked. Safe to repeat.

    Where staff say so for a family (`channel`), a call that was to ask it is settled by that.
    """
    promises.await_others(waiting.household_id, [])
    line = _locked(waiting)
    if not line.is_open:
        return line
    offered = _offered(line)
    if not channel.is_family:
        _settle_call(line, offered, by=by, at=at)
    line.state = WaitingState.WITHDRAWN
    line.save(update_fields=["state"])
    give_back(offered, by=by, at=at, channel=channel)
    return line


def _settle_call(line: Waiting, offered: Sequence[Booking], *, by: User, at: dt.datetime) -> None:
    """The family was reached about this offer; that of another facility the worker ends."""
    found = Call.objects.open().filter(
        kind=CallKind.OFFER, household=line.household_id, facility=line.facility_id
    )
    asked = found.filter(booking=None) if line.is_broadcast else found.filter(booking__in=offered)
    for call in asked:
        calls.note(call=call, result=CallResult.REACHED, by=by, at=at)


@transaction.atomic
def move(
    *, waiting: Waiting, priority: Precedence, reason: str, by: User, at: dt.datetime
) -> Waiting:
    """Change the place of a family in the line, for a reason that the family reads; by mail, too.

    The database refuses a change without a reason. Raises WrongState once nothing is waited for.
    """
    line = _locked(waiting)
    if not line.is_open:
        raise WrongState(line.get_state_display())
    line.priority, line.priority_reason = priority, reason or None
    line.save(update_fields=["priority", "priority_reason"])
    app.configure_task("booking.tell_moved").defer(waiting_id=str(line.pk))
    return line


def quoted(
    waiting: Waiting, *, at: dt.datetime, callers: Sequence[Caller] = ()
) -> list[holds.Line]:
    """What a family reads before it accepts: each child with its price, as it will be kept."""
    line = waiting
    booked_at = line.offered_at if line.request_id and line.offered_at else at
    booked_on = clock.local(booked_at).date()
    rule = queries.use_rule(line.day, booked_on, line.facility_id)
    tariff = queries.tariff(line.day, booked_on, line.facility_id)
    if rule is None or tariff is None:
        return []
    wishes = _wishes(line, callers)
    beyond = _beyond(wishes, rule, apart=_bookings(line), at=booked_at)
    uses = [
        dataclasses.replace(wish.use, minutes_beyond=above)
        for wish, above in zip(wishes, beyond, strict=True)
    ]
    quotes = fees.quote([(use, tariff) for use in uses], line.household_id)
    return [
        holds.Line(
            booking=Booking(
                child=wish.child, facility=line.facility,
                child_name=wish.caller.name if wish.caller else wish.child.full_name,
                starts_at=line.starts_at, ends_at=line.ends_at,
            ),
            quote=None if tariff.is_provisional else quote,
            free_until=cancelling.free_until(rule, line.day),
        )
        for wish, quote in zip(wishes, quotes, strict=True)
    ]  # fmt: skip


def _beyond(
    wishes: Sequence[Wish], rule: UseRule, *, apart: Sequence[Booking], at: dt.datetime
) -> list[int]:
    """The minutes of each above a limit at which the price jumps; none where a limit refuses."""
    try:
        return [
            bookings.within_limits(wish, rule, at=at, beside=wishes[:number], apart=apart)
            for number, wish in enumerate(wishes)
        ]
    except BookingRefused:
        return [0] * len(wishes)


def _bookings(line: Waiting) -> list[Booking]:
    return list(line.request.bookings.all()) if line.request else []


def give_back(
    offered: Sequence[Booking],
    *,
    by: User | None,
    at: dt.datetime,
    channel: Channel | None = None,
) -> None:
    """End bookings that were offered only; their places go on to whoever waits. Call it last."""
    for booking in offered:
        transitions.move(booking, BookingState.WITHDRAWN, by=by, at=at, channel=channel)
    counters.give_back_together(
        [counters.Claim(bookings.slots_of(each), each.weight, each.seat) for each in offered]
    )


def _locked(waiting: Waiting) -> Waiting:
    """The line as it is now. One that has ended nobody changes, so the walls let nobody lock it."""
    locked = Waiting.objects.select_for_update().filter(pk=waiting.pk).first()
    return locked or Waiting.objects.get(pk=waiting.pk)


def _offered(line: Waiting, *related: str) -> list[Booking]:
    """The bookings that are offered to a family, locked; none where all were asked at once."""
    if line.request_id is None:
        return []
    found = Booking.objects.filter(request=line.request_id, state=BookingState.OFFERED)
    if related:
        found = found.select_related(*related)
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def _wishes(line: Waiting, callers: Sequence[Caller] = ()) -> list[Wish]:
    """For each child that waits; `callers` hold what staff who answer for the family know."""
    known: Mapping[uuid.UUID, Caller] = {each.child.pk: each for each in callers}
    children = [each.child for each in callers] or _children(line)
    return [
        Wish(child, line.facility, line.starts_at, line.ends_at, caller=known.get(child.pk))
        for child in children
    ]


def _children(waiting: Waiting) -> list[Child]:
    numbers = waiting.children.values("child")
    return list(Child.objects.filter(pk__in=numbers).select_related("household").order_by("pk"))
