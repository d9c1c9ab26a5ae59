"""Writing requests down: the rows of what is booked or held, then the places, last."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence

from django.db import IntegrityError, connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop
from procrastinate.contrib.django import app

from booking import caller_walls, cancelling, conduct
from booking.actions import approvals, bookings, counters, fees, transitions
from booking.actions.bookings import Terms, Wish
from booking.enums import Accepts, BookingState, Channel
from booking.models import Booking, BookingRequest, Tariff, UnmetWish, UseRule
from booking.refusals import BookingRefused, Reason, SlotFull
from records import dates, mail
from records.models import Child, User
from records.violations import constraint_of, detail_of

# All that the worker reads of a booking and of a wish, for a letter.
TOLD = (
    "household_id", "starts_at", "ends_at", "state", "answer_until", "facility", "use_rule",
)  # fmt: skip
UNMET = ("request", "starts_at", "ends_at", "facility", "reason", "detail")
# Why a booking ended in whose place another stands.
CHANGED = gettext_noop("日時の変更")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Refusal:
    """A wish that can't be met, and why."""

    wish: Wish
    error: BookingRefused


class Unmet(Exception):
    """A wish that could be met when it was looked at, and can't any more."""

    def __init__(self, number: int, error: BookingRefused) -> None:
        super().__init__(error)
        self.number = number
        self.error = error


@transaction.atomic
def write(
    request: BookingRequest,
    chosen: Sequence[tuple[Wish, Terms]],
    refusals: Sequence[Refusal],
    *,
    by: User | None,
    is_held: bool,
) -> list[Booking]:
    """Write everything down and take the places; raises Unmet and leaves nothing otherwise.

    Of what the worker places (`by` None) the family hears with the result of the draw.
    """
    await_others(request.household_id, [wish.child for wish, _terms in chosen])
    request.save(force_insert=True)
    given = _end_replaced(request, [wish for wish, _terms in chosen])
    made: list[Booking] = []
    beyond: list[int] = []
    for number, (wish, terms) in enumerate(chosen):
        booking = _draft(request, wish, terms)
        asked = (by, terms.rule, wish.child, wish.facility.pk, wish.day)
        if not is_held and approvals.is_asked(*asked):
            booking.state = BookingState.AWAITING
            booking.answer_until = approvals.answer_until(booking, request.requested_at)
        if is_held:
            booking.state = BookingState.HELD
            booking.held_until = request.requested_at + hold_of(terms.rule)
        try:
            # Whoever of the household booked meanwhile has committed: it is counted again.
            above = bookings.within_limits(wish, terms.rule, at=request.requested_at)
            booking.save(force_insert=True)
        except BookingRefused as error:
            raise Unmet(number, error) from error
        except IntegrityError as error:
            if refusal := refusal_of(error):
                raise Unmet(number, refusal) from error
            raise
        transitions.begin(booking, by=by, at=request.requested_at)
        made.append(booking)
        beyond.append(above)
    pairs = [(booking, terms.tariff) for booking, (_wish, terms) in zip(made, chosen, strict=True)]
    if by is None:
        fees.promise(pairs, beyond)
    else:
        UnmetWish.objects.bulk_create(_unmet(request, each) for each in refusals)
        if not is_held:
            for_caller = any(wish.caller for wish, _terms in chosen)
            promise(request, pairs, beyond, for_caller=for_caller)
    try:
        counters.exchange(
            given,
            [
                counters.Claim(terms.slots, wish.weight, terms.seat, terms.is_offered)
                for wish, terms in chosen
            ],
        )
    except SlotFull as full:
        raise Unmet(full.number, full) from full
    return made


def refusal_of(error: IntegrityError) -> BookingRefused | None:
    """What the database refuses by itself, in words."""
    match constraint_of(error):
        case "booking_child_in_one_place":
            return BookingRefused(Reason.ALREADY_BOOKED)
        case "waiting_once":
            return BookingRefused(Reason.ALREADY_WAITING)
        case caller_walls.OUT_OF_DATE:
            return BookingRefused(Reason.BUSY)
        case conduct.ON_HOLD:
            until = dt.date.fromisoformat(detail_of(error))
            detail = gettext("%(day)sまでです。") % {"day": date_format(until)}
            return BookingRefused(Reason.ON_HOLD, detail)
    return None


def _end_replaced(request: BookingRequest, wishes: Iterable[Wish]) -> list[counters.Claim]:
    """Cancel the bookings in whose place others are to stand; the places that they give back."""
    given = []
    for wish in wishes:
        if wish.replaces is None:
            continue
        old = transitions.locked(wish.replaces)
        transitions.move(
            old,
            BookingState.CANCELLED_FREE,
            by=request.requested_by,
            at=request.requested_at,
            reason=CHANGED,
            channel=Channel(request.channel),
        )
        fees.charge_cancellation(old, None)
        given.append(counters.Claim(bookings.slots_of(old), old.weight, old.seat))
    return given


def promise(
    request: BookingRequest,
    made: Sequence[tuple[Booking, Tariff]],
    beyond: Sequence[int],
    *,
    for_caller: bool = False,
) -> None:
    """What belongs to bookings that are confirmed or await their facility: their fees, and one mail
    for all of a kind.

    `beyond` are the minutes of each above a limit at which the price jumps. The family of a caller
    can't be read by who books: the worker writes to it.
    """
    fees.promise(made, beyond)
    if request.channel == Channel.WALK_IN:
        # Who has brought the child needs no letter about it.
        return
    if for_caller:
        app.configure_task("booking.tell_booked").defer(request_id=str(request.pk))
        return
    unmet = request.unmet.select_related("facility")
    for event, letter in _letters(
        [each for each, _tariff in made],
        unmet if request.accepts == Accepts.WHAT_FITS else (),
    ):
        mail.notify_family(request.household, event, **letter)


def tell_booked(*, request_id: uuid.UUID) -> bool:
    """Write to a family what staff booked for it; whether it has a working address.

    Runs as the worker.
    """
    found = Booking.objects.filter(request=request_id)
    booked = list(found.select_related("facility", "use_rule").only(*TOLD).order_by("starts_at"))
    unmet = UnmetWish.objects.filter(request=request_id).select_related("facility")
    # All of them, whether or not the first reached anybody.
    written = [
        mail.tell(booked[0].household_id, event, **letter)
        for event, letter in _letters(booked, unmet.only(*UNMET).order_by("starts_at"))
    ]
    return any(written)


def _letters(
    booked: Iterable[Booking], unmet: Iterable[UnmetWish]
) -> Iterator[tuple[str, dict[str, object]]]:
    """One about what awaits its facility, one about what is confirmed, where there is any."""
    made = list(booked)
    awaiting = [each for each in made if each.state == BookingState.AWAITING]
    confirmed = [each for each in made if each.state == BookingState.CONFIRMED]
    if awaiting:
        yield "booking/email/awaiting", {"bookings": awaiting}
    if confirmed:
        lines = [(each, cancelling.free_until(each.use_rule, each.day)) for each in confirmed]
        yield "booking/email/confirmed", {"lines": lines, "unmet": list(unmet)}


def hold_of(rule: UseRule) -> dt.timedelta:
    """How long seats are held."""
    return dt.timedelta(minutes=rule.hold_minutes)


def await_others(household_id: uuid.UUID, children: Iterable[Child]) -> None:
    """Let one request at a time go on for a household and its children, until the commit.

    Raises BookingRefused (BUSY) after three seconds: a session that broke off may hold a child for
    a while.
    """
    # Two requests for one child would each wait for the other inside the exclusion constraint.
    keys = sorted({str(child.pk) for child in children} | {str(household_id)})
    with counters.waiting_briefly(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(number) FROM"
            " (SELECT DISTINCT hashtextextended(key, 0) AS number FROM unnest(%s::text[]) key"
            "  ORDER BY number) ordered",
            [keys],
        )


def _draft(request: BookingRequest, wish: Wish, terms: Terms) -> Booking:
    """The booking with what is true now. Names and telephone, which the facility keeps when the
    lease is over, the database fills in (`booking_fill_in`)."""
    child = wish.child
    return Booking(
        request=request,
        child=child,
        household=request.household,
        facility=wish.facility,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        state=BookingState.CONFIRMED,
        age_years=wish.weight.years,
        class_age=max(dates.class_age_on(child.date_of_birth, wish.day), 0),
        staffing_group=wish.weight.group,
        seat_kind=terms.seat or "",
        use_rule=terms.rule,
        replaces=wish.replaces,
    )


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
