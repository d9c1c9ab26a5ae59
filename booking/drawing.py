"""The draw: its order, and the list from which anybody can recompute it. Pure.

`static/draw/replay.py` says the same once more, without a line of this.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from booking.capacity import LEAST_STAFF, RATIOS
from booking.enums import Outcome, StaffingGroup
from booking.models import DrawList, Release, Slot
from history import clock

SEED_BYTES = 32
# Of a half hour, what is counted and what it is held against.
COUNTED = ("taken", *(group.value for group in RATIOS), "under_ones", "under_twos")
CEILINGS = (
    "places", "infant_limit", "under_two_limit", "two_up_limit", "staff", *RATIOS.values(),
    "rounding",
)  # fmt: skip


def new_seed() -> str:
    return secrets.token_hex(SEED_BYTES)


def digest_of(text: str) -> str:
    """SHA-256 of a text, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def order(seed: str, pseudonyms: Iterable[str]) -> list[str]:
    """Pseudonyms in the order of SHA-256("seed|pseudonym")."""
    return sorted(pseudonyms, key=lambda each: digest_of(f"{seed}|{each}"))


@dataclasses.dataclass(frozen=True, kw_only=True)
class DrawnWish:
    """A wish as the list shows it. `years` are the child's, 4 for all that are older."""

    facility: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    years: int
    outcome: Outcome


@dataclasses.dataclass(frozen=True, kw_only=True)
class DrawnTicket:
    """A ticket as the list shows it; of a hidden one only that it was there, and where."""

    pseudonym: str
    accepts: str
    wishes: tuple[DrawnWish, ...]
    is_hidden: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class HiddenSeat:
    """A place that a hidden ticket was given: in the list it counts as taken from the start."""

    facility: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    counters: tuple[str, ...]


def document(
    release: Release,
    *,
    seed: str,
    slots: Sequence[tuple[str, Slot]],
    tickets: Sequence[DrawnTicket],
    hidden: Sequence[HiddenSeat],
) -> str:
    """The published list: canonical JSON, equal for equal draws.

    `slots` are the half hours by the code of their facility as they stood before the draw, and
    `tickets` stand in its order. What hidden tickets were given is taken away from the places
    beforehand: places only ever become fewer, so that the others come out the same.
    """
    shown = {
        (wish.facility, start)
        for ticket in tickets
        if not ticket.is_hidden
        for wish in ticket.wishes
        for start in half_hours(wish.starts_at, wish.ends_at)
    }
    content = {
        "release": release.pk,
        "days": [release.first_day.isoformat(), release.last_day.isoformat()],
        "opened_at": written(release.opens_at),
        "closed_at": written(release.closes_at),
        "seed_digest": release.seed_digest,
        "seed": seed,
        "places": [
            _place(code, slot, hidden)
            for code, slot in sorted(slots, key=lambda each: (each[0], each[1].starts_at))
            if (code, slot.starts_at) in shown
        ],
        "tickets": [_ticket(ticket) for ticket in tickets],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shown:
    """A published list as its page shows it."""

    digest: str
    tickets: list[dict[str, Any]]


def shown(published: DrawList, names: Mapping[str, str]) -> Shown:
    """With the facilities by their names, which the list gives by their codes."""
    content = json.loads(published.content)
    for ticket in content["tickets"]:
        for wish in ticket.get("wishes", ()):
            wish["outcome"] = Outcome(wish["outcome"])
            wish["facility"] = names.get(wish["facility"], wish["facility"])
            for name in ("starts_at", "ends_at"):
                moment = dt.datetime.fromisoformat(wish[name])
                wish[name] = moment.replace(tzinfo=clock.TOKYO)
    return Shown(digest=published.digest, tickets=content["tickets"])


def half_hours(starts_at: dt.datetime, ends_at: dt.datetime) -> list[dt.datetime]:
    """The starts of the half hours of `[starts_at, ends_at)`."""
    count = int((ends_at - starts_at) / dt.timedelta(minutes=30))
    return [starts_at + dt.timedelta(minutes=30) * number for number in range(count)]


def written(moment: dt.datetime) -> str:
    """2027-04-01T09:30, on Tokyo's clock."""
    return f"{clock.local(moment):%Y-%m-%dT%H:%M}"


def _place(code: str, slot: Slot, hidden: Sequence[HiddenSeat]) -> dict[str, Any]:
    there = [
        seat
        for seat in hidden
        if seat.facility == code and seat.starts_at <= slot.starts_at < seat.ends_at
    ]
    names = [name for seat in there for name in seat.counters]
    counted = {name: getattr(slot, name) + names.count(name) for name in COUNTED}
    ceilings = {name: getattr(slot, name) for name in CEILINGS}
    # One-to-one care takes a whole member of staff whatever else there is, so that it can be taken
    # from the staff beforehand; who needs it is nobody's business.
    one_to_one = StaffingGroup.ONE_TO_ONE.value
    alone = getattr(slot, one_to_one) + names.count(one_to_one)
    ceilings["staff"] -= alone
    ceilings["places"] -= slot.reserved
    if slot.staff < LEAST_STAFF:
        ceilings["places"] = 0
    return {"facility": code, "starts_at": written(slot.starts_at)} | counted | ceilings


def _ticket(ticket: DrawnTicket) -> dict[str, Any]:
    if ticket.is_hidden:
        return {"pseudonym": ticket.pseudonym, "hidden": True}
    return {
        "pseudonym": ticket.pseudonym,
        "accepts": ticket.accepts,
        "wishes": [
            {
                "facility": wish.facility,
                "starts_at": written(wish.starts_at),
                "ends_at": written(wish.ends_at),
                "years": min(wish.years, 4),
                "excluded": wish.outcome == Outcome.EXCLUDED,
                "outcome": wish.outcome.value,
            }
            for wish in ticket.wishes
        ],
    }
