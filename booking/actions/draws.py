"""The draw itself, by the worker: a seed beforehand, then every ticket in the order it gives.

One transaction holds all the places from the first ticket to the published list: who is killed in
between has changed nothing, and what is drawn anew comes out the same.
"""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from booking import drawing, drawn
from booking.actions import counters, notices, requests, tickets
from booking.actions.bookings import Wish
from booking.actions.requests import Answer
from booking.drawing import DrawnTicket, DrawnWish, HiddenSeat
from booking.enums import Channel, Outcome, StaffingGroup
from booking.enums_calls import CallKind
from booking.models import (
    BookingRequest,
    DrawList,
    DrawSeed,
    Release,
    Slot,
    Ticket,
    TicketWish,
)
from booking.refusals import Reason
from history import clock
from records.models import Facility


@transaction.atomic
def seal(*, release: Release) -> None:
    """Choose the seed of a draw and publish its SHA-256. A second call changes nothing."""
    tickets.lock(release, alone=True)
    release.refresh_from_db()
    if release.seed_digest:
        return
    seed = drawing.new_seed()
    DrawSeed.objects.create(release=release, seed=seed)
    release.seed_digest = drawing.digest_of(seed)
    release.save(update_fields=["seed_digest"])


@transaction.atomic
def draw(*, release: Release, at: dt.datetime) -> bool:
    """Place the tickets of a draw that is closed, publish list and seed; whether it was done now.

    Safe to repeat. Raises BookingRefused (BUSY) while others hold one of the places for longer
    than three seconds; nothing is changed then.
    """
    tickets.lock(release, alone=True)
    release.refresh_from_db()
    if release.drawn_at is not None or release.is_dropped or at < release.closes_at:
        return False
    seed = DrawSeed.objects.get(release=release).seed
    places = _places(release)
    listed, hidden = [], []
    for position, ticket in enumerate(_in_order(release, seed), start=1):
        found = _place(ticket, position, at)
        listed.append(_drawn(ticket, found))
        hidden += _seats(found) if listed[-1].is_hidden else []
    content = drawing.document(release, seed=seed, slots=places, tickets=listed, hidden=hidden)
    DrawList.objects.create(release=release, content=content, digest=drawing.digest_of(content))
    release.seed, release.drawn_at = str(seed), at
    release.save(update_fields=["seed", "drawn_at"])
    return True


@dataclasses.dataclass(frozen=True)
class Found:
    """A wish of a ticket, as it was asked and what became of it."""

    row: TicketWish
    wish: Wish


def _places(release: Release) -> list[tuple[str, Slot]]:
    """The half hours of its days, locked, as they stand before anybody is placed."""
    first = clock.at(release.first_day, dt.time.min)
    end = clock.at(release.last_day + dt.timedelta(days=1), dt.time.min)
    codes = dict(Facility.objects.values_list("pk", "code"))
    slots = Slot.objects.between(first, end)
    if release.facility_id is not None:
        slots = slots.filter(facility=release.facility_id)
    counters.lock(slots.values_list("pk", flat=True))
    return [(codes[slot.facility_id], slot) for slot in slots]


def _in_order(release: Release, seed: str) -> list[Ticket]:
    with_wishes = release.tickets.filter(wishes__isnull=False).distinct()
    found = {ticket.pseudonym: ticket for ticket in with_wishes}
    return [found[pseudonym] for pseudonym in drawing.order(seed, found)]


def _place(ticket: Ticket, position: int, at: dt.datetime) -> list[Found]:
    """Book what a ticket wishes, as far as it can be had, and write down what became of it."""
    known = drawn.children_of(ticket)
    rows = list(ticket.wishes.select_related("facility"))
    found = []
    for row in rows:
        if row.child_id in known:
            child, applicant = known[row.child_id]
            wish = Wish(child, row.facility, row.starts_at, row.ends_at, known=applicant)
            found.append(Found(row, wish))
        else:
            _exclude_who_has_left(row)
    answer = _answer(ticket, [each.wish for each in found], at) if found else Answer()
    _write_down(found, answer)
    ticket.position, ticket.request = position, answer.request
    ticket.save(update_fields=["position", "request"])
    _tell(ticket, rows, found, answer, at)
    return found


def _tell(
    ticket: Ticket,
    rows: Sequence[TicketWish],
    found: Sequence[Found],
    answer: Answer,
    at: dt.datetime,
) -> None:
    """By mail; else the facility at which it is booked calls, or the one that knows the family."""
    placed = min(answer.bookings, key=lambda each: each.starts_at, default=None)
    home = found[0].wish.child.household.home_facility_id if found else None
    notices.tell_or_call(
        ticket.household_id,
        "booking/email/drawn",
        {"ticket": ticket, "wishes": rows},
        kind=CallKind.DRAWN,
        facility_id=placed.facility_id if placed else home or rows[0].facility_id,
        booking=placed,
        due_at=notices.soon(at, min(row.starts_at for row in rows)),
        at=at,
    )


def _answer(ticket: Ticket, wishes: Sequence[Wish], at: dt.datetime) -> Answer:
    """Through the same door as every request of a family."""
    request = BookingRequest(
        household=wishes[0].child.household,
        requested_by_id=ticket.asked_by_id,
        requested_at=at,
        channel=Channel.DRAW,
        accepts=ticket.accepts,
        key=ticket.pk,
    )
    return requests.settle(request, wishes, by=None)


def _exclude_who_has_left(row: TicketWish) -> None:
    """The child is with another household since, or not in the register any more."""
    row.outcome, row.reason = Outcome.EXCLUDED, Reason.NOT_REGISTERED
    row.save(update_fields=["outcome", "reason"])


def _write_down(found: Sequence[Found], answer: Answer) -> None:
    booked = {(each.child_id, each.facility_id, each.starts_at) for each in answer.bookings}
    errors = {id(refusal.wish): refusal.error for refusal in answer.refusals}
    for each in found:
        wish, error = each.wish, errors.get(id(each.wish))
        if error is not None:
            is_full = error.kind == Reason.FULL
            each.row.outcome = Outcome.FULL if is_full else Outcome.EXCLUDED
            each.row.reason, each.row.detail = error.kind, error.detail
        elif (wish.child.pk, wish.facility.pk, wish.starts_at) in booked:
            each.row.outcome = Outcome.PLACED
        else:
            each.row.outcome = Outcome.NOT_ALONE
        each.row.save(update_fields=["outcome", "reason", "detail"])


def _drawn(ticket: Ticket, found: Sequence[Found]) -> DrawnTicket:
    """As the list shows it; who needs one-to-one care is nobody's business."""
    alone = any(each.wish.weight.group == StaffingGroup.ONE_TO_ONE for each in found)
    return DrawnTicket(
        pseudonym=ticket.pseudonym,
        accepts=ticket.accepts,
        is_hidden=ticket.is_hidden or alone,
        wishes=tuple(
            DrawnWish(
                facility=each.wish.facility.code,
                starts_at=each.wish.starts_at,
                ends_at=each.wish.ends_at,
                years=each.wish.weight.years,
                outcome=Outcome(each.row.outcome),
            )
            for each in found
        ),
    )


def _seats(found: Sequence[Found]) -> list[HiddenSeat]:
    return [
        HiddenSeat(
            facility=each.wish.facility.code,
            starts_at=each.wish.starts_at,
            ends_at=each.wish.ends_at,
            counters=each.wish.weight.counters,
        )
        for each in found
        if each.row.outcome == Outcome.PLACED
    ]
