"""Reserves (留保枠): until when places are held back, and who may use them before. Pure."""

import datetime as dt

from booking.enums import Channel, SeatKind
from booking.models import Reserve, UseRule
from history import clock


def released_at(reserve: Reserve, day: dt.date) -> dt.datetime:
    """The moment from which the places of a reserve on a day of use are for everybody."""
    return clock.at(day - dt.timedelta(days=reserve.days_before), reserve.time)


def kept(rule: UseRule, day: dt.date, at: dt.datetime) -> dict[SeatKind, Reserve]:
    """The reserves of a day of use that are still held back at a moment."""
    return {
        SeatKind(reserve.kind): reserve
        for reserve in rule.reserves
        if at < released_at(reserve, day)
    }


def usable(
    rule: UseRule, day: dt.date, at: dt.datetime, *, channel: Channel, by_center: bool
) -> tuple[SeatKind | None, ...]:
    """The places that a request may use, in the order in which they are looked for.

    None stands for those free to all. Walk-ins and the center come to their own reserve first; a
    family to the urgent one last, from the day on that its rule names.
    """
    held = kept(rule, day, at)
    if channel == Channel.DRAW:
        # Everybody's alone, so that anybody can recompute it.
        return (None,)
    if channel == Channel.WALK_IN:
        return (SeatKind.WALK_IN,) if SeatKind.WALK_IN in held else (None,)
    if by_center:
        return (SeatKind.CENTER,) if SeatKind.CENTER in held else (None,)
    urgent = held.get(SeatKind.URGENT)
    if urgent is None or urgent.families_days_before is None:
        return (None,)
    opens_on = day - dt.timedelta(days=urgent.families_days_before)
    is_open = clock.local(at).date() >= opens_on
    return (None, SeatKind.URGENT) if is_open else (None,)


def totals(held: dict[SeatKind, Reserve], places: int) -> dict[str, int]:
    """What a half hour with so many places holds back at first, by column; never more than that."""
    left = places
    columns: dict[str, int] = {}
    for kind in SeatKind:
        number = min(held[kind].places, left) if kind in held else 0
        left -= number
        columns |= {kind.places: number, kind.total: number}
    return columns
