"""When the days of a 募集 open, and for whom. Pure: rows and a moment in, an answer out."""

import dataclasses
import datetime as dt
import enum
import hashlib
from collections.abc import Iterable

from booking.enums import ReleaseMode
from booking.models import Release


class Phase(enum.Enum):
    BEFORE = "before"
    # Requests are collected for a draw.
    COLLECTING = "collecting"
    # They are being drawn, or wait for it.
    DRAWING = "drawing"
    OPEN = "open"


@dataclasses.dataclass(frozen=True)
class Gate:
    """Where a 募集 stands for a family. `turns_at` is when it opens or closes, if it will."""

    phase: Phase
    turns_at: dt.datetime | None = None


def covering(releases: Iterable[Release], facility_id: int | None, day: dt.date) -> Release | None:
    """The 募集 by which a day of use opens at a facility, whose own stands in the ward's place."""
    found = [
        each
        for each in releases
        if each.facility_id in (None, facility_id)
        and not each.is_dropped
        and each.first_day <= day <= each.last_day
    ]
    return max(found, key=lambda each: each.facility_id is not None, default=None)


def gate(release: Release, at: dt.datetime, household: str = "", *, by_staff: bool = False) -> Gate:
    """Where it stands at a moment, for a household by its code; without one, for the first.

    Who telephones or comes to the counter is served when it is everybody's turn.
    """
    opens_at = last_opening(release) if by_staff else opening_of(release, household)
    if at < opens_at:
        return Gate(Phase.BEFORE, opens_at)
    if not release.is_draw or release.drawn_at is not None:
        return Gate(Phase.OPEN)
    if not release.seed_digest:
        # Nobody asks before it is known by what will be drawn.
        return Gate(Phase.BEFORE, opens_at)
    if at < release.closes_at:
        return Gate(Phase.COLLECTING, release.closes_at)
    return Gate(Phase.DRAWING)


def takes_wishes(release: Release, at: dt.datetime) -> bool:
    """Whether families can book or ask for a place now, the first of them at least."""
    return gate(release, at).phase in (Phase.COLLECTING, Phase.OPEN)


def opening_of(release: Release, household: str) -> dt.datetime:
    """The moment at which a 募集 opens for a household."""
    if release.mode != ReleaseMode.STAGGERED or not household:
        return release.opens_at
    return openings(release)[step_of(release.pk, household, release.steps)]


def last_opening(release: Release) -> dt.datetime:
    """The moment from which it is open for everybody, or for every request of a draw."""
    return openings(release)[-1] if release.mode == ReleaseMode.STAGGERED else release.opens_at


def openings(release: Release) -> list[dt.datetime]:
    """The moments at which the groups begin, the first first."""
    step = dt.timedelta(minutes=release.step_minutes)
    return [release.opens_at + step * number for number in range(release.steps)]


def step_of(release_id: int, household: str, steps: int) -> int:
    """The group of a household, from 0 on; published on the page of the 募集.

    The first eight hexadecimal digits of the SHA-256 of "number of the 募集|code of the household",
    divided by the number of groups: the rest. Another 募集, another group.
    """
    digest = hashlib.sha256(f"{release_id}|{household}".encode()).hexdigest()
    return int(digest[:8], 16) % steps
