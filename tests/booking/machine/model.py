"""What the machine compares with: stays, families in a line, places held back, and two numbers.

Nothing here asks the product. A place is held back where somebody waits for it, and offered in the
order that families read.
"""

import dataclasses
import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator

from booking import capacity
from booking.actions.bookings import weight_of
from booking.enums import (
    SEAT_STATES,
    STILL_WAITING,
    BookingState,
    Precedence,
    Rounding,
    StaffingGroup,
    WaitingState,
)
from booking.refusals import Reason
from history import clock
from records.models import Child
from tests.booking.machine.town import DAY, HALF_HOURS, HOUR, INFANTS, PLACES, STAFF

Hours = tuple[dt.datetime, dt.datetime]
# 17:00 on the day before: until then one books, and cancels free of charge.
DEADLINE = clock.at(DAY - dt.timedelta(days=1), dt.time(17))
HOLD = UNDO = dt.timedelta(minutes=10)
# An offer is answered within two hours; what ends in the night, in the morning.
TO_ANSWER, NIGHT, MORNING = 2 * HOUR, dt.time(21), dt.time(8)
# From then on all who wait are asked at once.
LAST_HOURS = 3 * HOUR
RATIOS = dict(zip(capacity.RATIOS, (3, 6, 15, 25), strict=True))


@dataclasses.dataclass
class Stay:
    """A booking as the model knows it. `asked_at` is when its seat was held or booked."""

    child: Child
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: BookingState
    asked_at: dt.datetime
    held_until: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None

    @property
    def is_seated(self) -> bool:
        return self.state in SEAT_STATES

    def covers(self, moment: dt.datetime) -> bool:
        return self.is_seated and self.starts_at <= moment < self.ends_at

    def overlaps(self, hours: Hours) -> bool:
        return self.is_seated and self.starts_at < hours[1] and hours[0] < self.ends_at

    @property
    def group(self) -> StaffingGroup:
        return weight_of(self.child, DAY).group


@dataclasses.dataclass
class Line:
    """A family in the line. `offered` are the stays that it may have, alone; `until` then."""

    number: uuid.UUID
    children: list[Child]
    hours: Hours
    joined_at: dt.datetime
    priority: Precedence = Precedence.IN_ORDER
    state: WaitingState = WaitingState.WAITING
    is_broadcast: bool = False
    until: dt.datetime | None = None
    offered: list[Stay] = dataclasses.field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state in STILL_WAITING

    @property
    def rank(self) -> tuple[int, dt.datetime, uuid.UUID]:
        return self.priority, self.joined_at, self.number

    @property
    def all_asked_from(self) -> dt.datetime:
        return self.hours[0] - LAST_HOURS

    def covers(self, moment: dt.datetime) -> bool:
        return self.hours[0] <= moment < self.hours[1]

    def has_seats(self) -> bool:
        return any(stay.state == BookingState.OFFERED for stay in self.offered)

    def back(self) -> None:
        self.state, self.is_broadcast, self.until, self.offered = (
            WaitingState.WAITING, False, None, []
        )  # fmt: skip


@dataclasses.dataclass
class House:
    """The morning. Seats that are offered have no number before the machine has looked it up."""

    stays: dict[object, Stay] = dataclasses.field(default_factory=dict)
    lines: list[Line] = dataclasses.field(default_factory=list)
    held_back: Counter[dt.datetime] = dataclasses.field(default_factory=Counter)
    usual: int = PLACES
    staff: int = STAFF
    is_closed: bool = False

    @property
    def places(self) -> int:
        return 0 if self.is_closed else self.usual

    def there(self, moment: dt.datetime) -> list[Stay]:
        return [stay for stay in self.stays.values() if stay.covers(moment)]

    def of(self, state: BookingState) -> dict[object, Stay]:
        return {key: stay for key, stay in self.stays.items() if stay.state == state}

    # Whether there is room

    def reason(
        self,
        children: Iterable[Child],
        hours: Hours,
        at: dt.datetime,
        *,
        instead_of: Stay | None = None,
        is_offered: bool = False,
    ) -> Reason | None:
        """Why children can't be booked: each alone in their order, then all of them together."""
        return next(iter(self._reasons(children, hours, at, instead_of, is_offered)), None)

    def reason_not_to_wait(
        self, children: Iterable[Child], hours: Hours, at: dt.datetime
    ) -> Reason | None:
        """One waits for what is full, and for nothing else: any other reason of any child counts
        before that."""
        reasons = self._reasons(children, hours, at)
        others = [reason for reason in reasons if reason != Reason.FULL]
        return others[0] if others else None if reasons else Reason.NOT_FULL

    def _reasons(
        self,
        children: Iterable[Child],
        hours: Hours,
        at: dt.datetime,
        instead_of: Stay | None = None,
        is_offered: bool = False,
    ) -> list[Reason]:
        together = list(children)
        groups = [[child] for child in together] + [together]
        found = [self._reason(group, hours, at, instead_of, is_offered) for group in groups]
        return [reason for reason in found if reason]

    def _reason(
        self,
        children: list[Child],
        hours: Hours,
        at: dt.datetime,
        instead_of: Stay | None,
        is_offered: bool,
    ) -> Reason | None:
        if at >= (hours[0] if is_offered else DEADLINE):
            return Reason.TOO_LATE
        if self.are_elsewhere(children, hours, instead_of):
            return Reason.ALREADY_BOOKED
        if self.is_closed:
            return Reason.CLOSED
        fits = self.fits(children, hours, instead_of=instead_of, is_offered=is_offered)
        return None if fits else Reason.FULL

    def are_elsewhere(
        self, children: list[Child], hours: Hours, instead_of: Stay | None = None
    ) -> bool:
        return any(
            stay.child in children and stay.overlaps(hours)
            for stay in self.stays.values()
            if stay is not instead_of
        )

    def fits(
        self,
        children: list[Child],
        hours: Hours,
        *,
        instead_of: Stay | None = None,
        is_offered: bool = False,
    ) -> bool:
        wanted = [
            Stay(child, *hours, state=BookingState.CONFIRMED, asked_at=hours[0])
            for child in children
        ]
        return all(
            self._fits(wanted, moment, instead_of, is_offered)
            for moment in HALF_HOURS
            if hours[0] <= moment < hours[1] and not (instead_of and instead_of.covers(moment))
        )

    def _fits(
        self, wanted: list[Stay], moment: dt.datetime, instead_of: Stay | None, is_offered: bool
    ) -> bool:
        others = [stay for stay in self.there(moment) if stay is not instead_of]
        there = others + wanted
        held = self.held_back[moment]
        # To whom they are offered, places that are held back are free.
        needed = max(held, len(wanted)) if is_offered else held + len(wanted)
        infants = sum(stay.group == StaffingGroup.INFANTS for stay in there)
        adds_infant = any(stay.group == StaffingGroup.INFANTS for stay in wanted)
        return (
            len(others) + needed <= self.places
            and (infants <= INFANTS or not adds_infant)
            and staff_needed(there) <= self.staff
        )

    # What becomes of seats

    def end(
        self, ended: Iterable[Stay], state: BookingState, *, but: Stay | None = None
    ) -> list[Stay]:
        """Seats are free again, but for the hours of one stay."""
        ended = list(ended)
        for stay in ended:
            stay.state = state
        self.give_back(ended, but=but)
        return ended

    def give_back(self, ended: Iterable[Stay], *, but: Stay | None = None) -> None:
        """Each place is held back for whoever waits for it, if there is one."""
        for stay in ended:
            for moment in HALF_HOURS:
                if not stay.starts_at <= moment < stay.ends_at or (but and but.covers(moment)):
                    continue
                waited_for = any(line.covers(moment) for line in self.waiting())
                room = self.places > len(self.there(moment)) + self.held_back[moment]
                self.held_back[moment] += waited_for and room

    def room(self, moment: dt.datetime) -> int:
        """Places that are nobody's."""
        return max(self.places - len(self.there(moment)) - self.held_back[moment], 0)

    def become(self, **facts: int) -> None:
        """Other places, or other staff; what rises by that is held back for whoever waits."""
        before, staff = {moment: self.room(moment) for moment in HALF_HOURS}, self.staff
        for name, value in facts.items():
            setattr(self, name, value)
        for moment, room in before.items():
            risen = self.room(moment) - (0 if self.staff > staff else room)
            if any(line.covers(moment) for line in self.waiting()):
                self.held_back[moment] += max(risen, 0)

    def waiting(self) -> list[Line]:
        """Those who wait, in the order in which they are asked."""
        found = (line for line in self.lines if line.state == WaitingState.WAITING)
        return sorted(found, key=lambda line: line.rank)

    def asked(self) -> list[Line]:
        """Those who were asked among others."""
        return [
            line for line in self.lines if line.state == WaitingState.OFFERED and line.is_broadcast
        ]

    # The worker

    def ask(self, at: dt.datetime) -> None:
        """In order; then what nobody was offered is everybody's."""
        for line in self.asked():
            if not self.fits(line.children, line.hours, is_offered=True):
                line.back()
        for line in self.waiting():
            if at < line.hours[0] and not self.are_elsewhere(line.children, line.hours):
                self._offer(line, at)
        for moment in HALF_HOURS:
            if not any(line.covers(moment) for line in self.asked()):
                self.held_back[moment] = 0

    def _offer(self, line: Line, at: dt.datetime) -> None:
        if not self.fits(line.children, line.hours, is_offered=True):
            return
        line.state, line.is_broadcast = WaitingState.OFFERED, at >= line.all_asked_from
        if line.is_broadcast:
            line.until = min(at + TO_ANSWER, line.hours[0])
            return
        line.until = min(_by_day(at + TO_ANSWER), line.all_asked_from)
        for child in line.children:
            stay = Stay(child, *line.hours, BookingState.OFFERED, at, held_until=line.until)
            self.stays[line.number, child.pk] = stay
            line.offered.append(stay)
        self.take_offered(line)

    def take_offered(self, line: Line) -> None:
        """Places that were held back are taken first."""
        for moment in filter(line.covers, HALF_HOURS):
            self.held_back[moment] = max(0, self.held_back[moment] - len(line.children))

    def sweep(self, at: dt.datetime) -> None:
        """What is due every ten seconds."""
        for line in self.waiting():
            if line.hours[0] <= at:
                line.state = WaitingState.ENDED
        for line in self._alone():
            if not line.has_seats():
                line.back()
        due = (line for line in self.lines if line.state == WaitingState.OFFERED)
        for line in sorted(due, key=lambda line: (line.until, *line.rank)):
            if line.until <= at:
                self._lapse(line, at)
        if any(self.held_back[moment] and moment > at for moment in HALF_HOURS):
            self.ask(at)

    def _alone(self) -> Iterator[Line]:
        for line in self.lines:
            if line.state == WaitingState.OFFERED and not line.is_broadcast:
                yield line

    def _lapse(self, line: Line, at: dt.datetime) -> None:
        """Whoever had less time because the use is near waits on."""
        offered, until = line.offered, line.until
        had_less = not line.is_broadcast and until == line.all_asked_from and at < line.hours[0]
        if had_less:
            line.back()
        else:
            line.state = WaitingState.LAPSED
        self.end(offered, BookingState.WITHDRAWN)


def _by_day(moment: dt.datetime) -> dt.datetime:
    local = clock.local(moment)
    if local.time() >= NIGHT:
        return clock.at(local.date() + dt.timedelta(days=1), MORNING)
    return clock.at(local.date(), MORNING) if local.time() < MORNING else moment


def staff_needed(there: list[Stay]) -> int:
    counts = Counter(stay.group for stay in there)
    return capacity.staff_needed(counts, RATIOS, Rounding.HALF_UP)
