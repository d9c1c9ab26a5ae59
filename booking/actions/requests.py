"""Requests (申込): several wishes booked together, or as far as they fit.

The order of statements is the guard: key, a look without a lock, rows, and the slots last.
"""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, OperationalError
from django.db.models import QuerySet

from booking.actions import bookings, counters, promises
from booking.actions.bookings import Terms, Wish
from booking.actions.promises import Refusal, Unmet
from booking.callers import Caller
from booking.enums import Accepts, Channel
from booking.models import Booking, BookingRequest
from booking.refusals import BookingRefused, KeyReused, Reason
from history.prepared import Later, prepared
from records.models import Child, Facility, User
from records.rules import is_center, manages_facility
from records.violations import constraint_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of a request. Where nothing was booked there is no request either."""

    request: BookingRequest | None = None
    bookings: Sequence[Booking] = ()
    refusals: Sequence[Refusal] = ()


def submit(
    *,
    wishes: Iterable[Wish],
    accepts: Accepts = Accepts.ALL,
    by: User,
    at: dt.datetime,
    key: uuid.UUID,
    channel: Channel = Channel.WEB,
    is_held: bool = False,
) -> Answer:
    """Book what one household wishes, with fees, transitions and one mail; it is confirmed.

    With `is_held` the seats are held only, for the minutes of the rule (`holds`).

    With Accepts.ALL everything is booked or nothing; with WHAT_FITS whatever can be, in the order
    of the wishes, and what could not is kept beside it. `key` stands for one filled-in form:
    repeated with the same content it finds the answer it was given, with other content it raises
    KeyReused; where nothing was booked it isn't kept. Rules and a look at the slots refuse without
    a lock; only then is written, and the slots of all wishes are locked last.

    Raises BookingRefused (BUSY, MANAGERS_ONLY), and ServiceStopped while the center has closed
    booking.
    """
    wishes = list(wishes)
    known = answered(wishes=wishes, accepts=accepts, by=by, key=key)
    return known or submit_new(
        wishes=wishes, accepts=accepts, by=by, at=at, key=key, channel=channel, is_held=is_held
    )


def submit_new(
    *,
    wishes: Sequence[Wish],
    accepts: Accepts,
    by: User,
    at: dt.datetime,
    key: uuid.UUID,
    channel: Channel = Channel.WEB,
    is_held: bool = False,
) -> Answer:
    """As `submit`, what was just looked up in vain (`answered`)."""
    (_household,) = {wish.child.household_id for wish in wishes}
    request = BookingRequest(
        household=wishes[0].child.household,
        requested_by=by,
        requested_at=at,
        channel=channel,
        accepts=accepts,
        key=key,
        digest=_digest(wishes, accepts),
    )
    try:
        answer = settle(request, wishes, by=by, is_held=is_held)
    except IntegrityError as error:
        # A second tap, while the first was under way.
        if constraint_of(error) != "booking_request_once":
            raise
        answer = Answer()
    if answer.request is not None:
        return answer
    # A second tap may find what the first has just booked.
    return answered(wishes=wishes, accepts=accepts, by=by, key=key) or answer


def settle(
    request: BookingRequest, wishes: Sequence[Wish], *, by: User | None, is_held: bool = False
) -> Answer:
    """Write a new request down with what of its wishes can be had; the one door of all requests.

    The worker places what was drawn, in nobody's name (`by` None): it keeps beside the ticket what
    could not be had, and tells the family itself. What stands on paper the manager of the facility
    enters, or the center. Raises BookingRefused (BUSY, MANAGERS_ONLY), and IntegrityError where the
    request is written already.
    """
    at, channel = request.requested_at, Channel(request.channel)
    if channel == Channel.PAPER and not all(
        manages_facility(by, wish.facility.pk) for wish in wishes
    ):
        raise BookingRefused(Reason.MANAGERS_ONLY)
    chosen, refusals = _seen(wishes, at=at, channel=channel, by_center=is_center(by))
    while chosen and not (refusals and request.accepts == Accepts.ALL):
        try:
            made = promises.write(request, chosen, refusals, by=by, is_held=is_held)
            return Answer(request=request, bookings=made, refusals=refusals)
        except Unmet as unmet:
            wish, _terms = chosen.pop(unmet.number)
            refusals.append(Refusal(wish=wish, error=unmet.error))
        except OperationalError as error:
            if not counters.is_busy(error):
                raise
            raise BookingRefused(Reason.BUSY) from error
    return Answer(refusals=refusals)


def book(
    *,
    child: Child,
    facility: Facility,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    at: dt.datetime,
    key: uuid.UUID,
    channel: Channel = Channel.WEB,
) -> Booking:
    """Book one child for `[starts_at, ends_at)` at a facility: a request with a single wish.

    Raises BookingRefused with an enumerated reason, SlotFull among them; the rest as `submit`.
    """
    wish = Wish(child, facility, starts_at, ends_at)
    answer = submit(wishes=[wish], by=by, at=at, key=key, channel=channel)
    for refusal in answer.refusals:
        raise refusal.error
    return answer.bookings[0]


def change(
    *,
    booking: Booking,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    at: dt.datetime,
    key: uuid.UUID,
    channel: Channel = Channel.WEB,
    caller: Caller | None = None,
) -> Booking:
    """Book another time at the facility in place of a booking, which is cancelled free of charge.

    Both or neither: where the new time can't be had, the booking stays as it is. Half hours that
    belong to both are kept, so that a stay is prolonged in a full house as well. Possible as long
    as cancelling is free. Raises as `book` does.
    """
    child = caller.child if caller else booking.child
    wish = Wish(child, booking.facility, starts_at, ends_at, replaces=booking, caller=caller)
    answer = submit(wishes=[wish], by=by, at=at, key=key, channel=channel)
    for refusal in answer.refusals:
        raise refusal.error
    return answer.bookings[0]


def _digest(wishes: Sequence[Wish], accepts: Accepts) -> str:
    """Equal for equal forms: tells a repeated one from another under the same key."""
    content = "\n".join([accepts, *(wish.content for wish in wishes)])
    return hashlib.sha256(content.encode()).hexdigest()


def answered(
    *, wishes: Sequence[Wish], accepts: Accepts = Accepts.ALL, by: User, key: uuid.UUID
) -> Answer | None:
    """What this form was answered already, if it was; raises KeyReused if it was another form."""
    found = _requests_by_key(by=by, key=key)
    if not found:
        return None
    (known,) = found
    if known.digest != _digest(wishes, accepts):
        raise KeyReused
    asked = {(wish.child.pk, wish.facility.pk, wish.starts_at): wish for wish in wishes}
    return Answer(
        request=known,
        bookings=list(known.bookings.all()),
        refusals=[
            Refusal(wish=asked[each.child_id, each.facility_id, each.starts_at], error=each.refusal)
            for each in known.unmet.all()
        ],
    )


@prepared
def _requests_by_key(by: Later, key: Later) -> QuerySet[BookingRequest]:
    return BookingRequest.objects.filter(requested_by=by, key=key)


def _seen(
    wishes: Sequence[Wish], *, at: dt.datetime, channel: Channel, by_center: bool
) -> tuple[list[tuple[Wish, Terms]], list[Refusal]]:
    """The wishes that can be met as far as one can see, with their terms, and the others."""
    chosen: list[tuple[Wish, Terms]] = []
    refusals = []
    for wish in wishes:
        try:
            beside = [other for other, _terms in chosen]
            terms = bookings.check(wish, at=at, channel=channel, by_center=by_center, beside=beside)
            chosen.append((wish, terms))
        except BookingRefused as error:
            refusals.append(Refusal(wish=wish, error=error))
    return chosen, refusals
