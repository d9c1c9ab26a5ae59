"""Requests (申込): several wishes booked together, or as far as they fit.

The order of statements is the guard: key, a look without a lock, rows, and the slots last.
"""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, OperationalError, connection, transaction

from booking import cancelling
from booking.actions import bookings, counters, fees, transitions
from booking.actions.bookings import Terms, Wish
from booking.enums import Accepts, BookingState, Channel
from booking.models import Booking, BookingRequest, UnmetWish
from booking.refusals import BookingRefused, KeyReused, Reason, SlotFull
from records import dates, mail
from records.models import Child, Facility, Parent, User
from records.rules import is_center
from records.violations import constraint_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class Refusal:
    """A wish that can't be met, and why."""

    wish: Wish
    error: BookingRefused


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of a request. Where nothing was booked there is no request either."""

    request: BookingRequest | None = None
    bookings: Sequence[Booking] = ()
    refusals: Sequence[Refusal] = ()


class _Unmet(Exception):
    """A wish that could be met when it was looked at, and can't any more."""

    def __init__(self, number: int, error: BookingRefused) -> None:
        super().__init__(error)
        self.number = number
        self.error = error


def submit(
    *,
    wishes: Iterable[Wish],
    accepts: Accepts = Accepts.ALL,
    by: User,
    at: dt.datetime,
    key: uuid.UUID,
    channel: Channel = Channel.WEB,
) -> Answer:
    """Book what one household wishes, with fees, transitions and one mail; it is confirmed.

    With Accepts.ALL everything is booked or nothing; with WHAT_FITS whatever can be, in the order
    of the wishes, and what could not is kept beside it. `key` stands for one filled-in form:
    repeated with the same content it finds the answer it was given, with other content it raises
    KeyReused; where nothing was booked it isn't kept. Rules and a look at the slots refuse without
    a lock; only then is written, and the slots of all wishes are locked last.

    Raises BookingRefused (BUSY), and ServiceStopped while the center has closed booking.
    """
    wishes = list(wishes)
    (household,) = {wish.child.household_id for wish in wishes}
    digest = _digest(wishes, accepts)
    if known := _known(by, key, digest):
        return known
    chosen, refusals = _seen(wishes, at=at, channel=channel, by_center=is_center(by))
    while chosen and not (refusals and accepts == Accepts.ALL):
        request = BookingRequest(
            household_id=household,
            requested_by=by,
            requested_at=at,
            channel=channel,
            accepts=accepts,
            key=key,
            digest=digest,
        )
        try:
            return Answer(
                request=request, bookings=_write(request, chosen, refusals), refusals=refusals
            )
        except _Unmet as unmet:
            wish, _terms = chosen.pop(unmet.number)
            refusals.append(Refusal(wish=wish, error=unmet.error))
        except IntegrityError as error:
            # A second tap, while the first was under way.
            if constraint_of(error) != "booking_request_once":
                raise
            break
        except OperationalError as error:
            if not counters.is_busy(error):
                raise
            raise BookingRefused(Reason.BUSY) from error
    # A second tap may find what the first has just booked.
    return _known(by, key, digest) or Answer(refusals=refusals)


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


def _digest(wishes: Sequence[Wish], accepts: Accepts) -> str:
    """Equal for equal forms: tells a repeated one from another under the same key."""
    content = "\n".join([accepts, *(wish.content for wish in wishes)])
    return hashlib.sha256(content.encode()).hexdigest()


def answered(
    *, wishes: Iterable[Wish], accepts: Accepts = Accepts.ALL, by: User, key: uuid.UUID
) -> Answer | None:
    """What this form was answered already, if it was; raises KeyReused if it was another form."""
    return _known(by, key, _digest(list(wishes), accepts))


def _known(by: User, key: uuid.UUID, digest: str) -> Answer | None:
    known = BookingRequest.objects.filter(requested_by=by, key=key).first()
    if known is None:
        return None
    if known.digest != digest:
        raise KeyReused
    unmet = known.unmet.select_related("child", "facility")
    return Answer(
        request=known,
        bookings=list(known.bookings.all()),
        refusals=[
            Refusal(
                wish=Wish(each.child, each.facility, each.starts_at, each.ends_at),
                error=each.refusal,
            )
            for each in unmet
        ],
    )


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


@transaction.atomic
def _write(
    request: BookingRequest, chosen: Sequence[tuple[Wish, Terms]], refusals: Sequence[Refusal]
) -> list[Booking]:
    """Write everything down and take the places; raises _Unmet and leaves nothing otherwise."""
    _await_others(request, [wish.child for wish, _terms in chosen])
    request.save(force_insert=True)
    payer = Parent.objects.filter(household=request.household_id).first()
    made, beyond = [], []
    for number, (wish, terms) in enumerate(chosen):
        booking = _draft(request, wish, terms, payer)
        try:
            # Whoever of the household booked meanwhile has committed: it is counted again.
            above = bookings.within_limits(wish, terms.rule, at=request.requested_at)
            _promise(booking)
        except BookingRefused as error:
            raise _Unmet(number, error) from error
        except IntegrityError as error:
            if constraint_of(error) == "booking_child_in_one_place":
                raise _Unmet(number, BookingRefused(Reason.ALREADY_BOOKED)) from error
            raise
        made.append(booking)
        beyond.append(above)
    tariffs = (terms.tariff for _wish, terms in chosen)
    fees.promise(list(zip(made, tariffs, strict=True)), beyond)
    UnmetWish.objects.bulk_create(_unmet(request, each) for each in refusals)
    mail.notify_family(
        request.household,
        "booking/email/confirmed",
        lines=[(each, cancelling.free_until(each.use_rule, each.day)) for each in made],
        unmet=[refusal.wish for refusal in refusals],
    )
    try:
        counters.take_together(
            [counters.Claim(terms.slots, wish.weight, terms.seat) for wish, terms in chosen]
        )
    except SlotFull as full:
        raise _Unmet(full.number, full) from full
    return made


def _await_others(request: BookingRequest, children: Iterable[Child]) -> None:
    # A session that broke off may hold a child for a while: nobody waits for it for ever.
    counters.limit_waiting()
    # Two requests for one child would each wait for the other inside the exclusion constraint.
    keys = sorted({str(child.pk) for child in children} | {str(request.household_id)})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(number) FROM"
            " (SELECT DISTINCT hashtextextended(key, 0) AS number FROM unnest(%s::text[]) key"
            "  ORDER BY number) ordered",
            [keys],
        )


def _draft(request: BookingRequest, wish: Wish, terms: Terms, payer: Parent | None) -> Booking:
    """The booking with what is true now; the facility keeps it when the lease is over."""
    child = wish.child
    return Booking(
        request=request,
        child=child,
        household_id=child.household_id,
        facility=wish.facility,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        state=BookingState.CONFIRMED,
        child_name=child.full_name,
        child_name_kana=child.full_name_kana,
        child_code=child.code,
        payer_name=payer.full_name if payer else "",
        payer_phone=payer.best_phone if payer else "",
        age_years=wish.weight.years,
        class_age=max(dates.class_age_on(child.date_of_birth, wish.day), 0),
        staffing_group=wish.weight.group,
        seat_kind=terms.seat or "",
        use_rule=terms.rule,
    )


def _promise(booking: Booking) -> None:
    booking.save(force_insert=True)
    transitions.begin(booking, by=booking.request.requested_by, at=booking.request.requested_at)


def _unmet(request: BookingRequest, refusal: Refusal) -> UnmetWish:
    return UnmetWish(
        request=request,
        child=refusal.wish.child,
        facility=refusal.wish.facility,
        starts_at=refusal.wish.starts_at,
        ends_at=refusal.wish.ends_at,
        reason=refusal.error.kind,
        detail=refusal.error.detail,
    )
