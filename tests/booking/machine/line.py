"""The waiting list: joining, answering, leaving, the worker that offers, staff who reorder."""

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from booking import queries, tasks
from booking.actions import waitings
from booking.enums import BookingState, Precedence, WaitingState
from booking.models import Booking, Waiting
from booking.refusals import BookingRefused, Reason
from records.models import Child
from tests.booking.machine.acting import ANY, HOURS, Acting
from tests.booking.machine.model import Hours, Line
from tests.booking.machine.town import DAY


class InLine(Acting):
    @rule(who=ANY, hours=HOURS)
    def wait(self, who: int, hours: Hours) -> None:
        self.join([self.child(who)], hours)

    @rule(hours=HOURS)
    def siblings_wait(self, hours: Hours) -> None:
        self.join(self.town.children[:2], hours)

    def join(self, children: list[Child], hours: Hours) -> None:
        # Nobody joins at the moment of another: the order would hang on numbers drawn at random.
        self.at += dt.timedelta(seconds=1)
        joined = refused = None
        try:
            with self.family(children[0]) as user:
                joined = waitings.join(
                    children=children, facility=self.town.place, starts_at=hours[0],
                    ends_at=hours[1], by=user, at=self.at,
                )  # fmt: skip
        except BookingRefused as error:
            refused = error.kind
        known = self._known(children[0], hours)
        if known is not None:
            is_same = {child.pk for child in known.children} == {child.pk for child in children}
            assert refused == (None if is_same else Reason.ALREADY_WAITING)
            assert not is_same or joined.pk == known.number
            return
        assert refused == self.house.reason_not_to_wait(children, hours, self.at)
        if joined is not None:
            by_number = sorted(children, key=lambda child: child.pk)
            self.house.lines.append(Line(joined.pk, by_number, hours, self.at))

    def _known(self, child: Child, hours: Hours) -> Line | None:
        for line in self.house.lines:
            is_own = line.children[0].household_id == child.household_id
            if is_own and line.hours == hours and line.is_open:
                return line
        return None

    @precondition(lambda self: self.house.lines)
    @rule(which=ANY)
    def accept(self, which: int) -> None:
        line, refused, made = self.line(which), None, []
        try:
            with self.family(line.children[0]) as user:
                made = waitings.accept(waiting=_waiting(line), by=user, at=self.at)
        except BookingRefused as error:
            refused = error.kind
        was = line.state
        assert refused == self._reason_against(line)
        if refused or was == WaitingState.BOOKED:
            return
        line.state = WaitingState.BOOKED
        if line.is_broadcast:
            for booking, child in zip(made, line.children, strict=True):
                self.note(booking, child, line.hours, BookingState.CONFIRMED)
            self.house.take_offered(line)
        for stay in line.offered:
            stay.state, stay.confirmed_at = BookingState.CONFIRMED, self.at

    def _reason_against(self, line: Line) -> Reason | None:
        if line.state == WaitingState.BOOKED:
            return None
        if line.state != WaitingState.OFFERED or not (line.is_broadcast or line.has_seats()):
            return Reason.OFFER_OVER
        if line.is_broadcast:
            reason = self.house.reason(line.children, line.hours, self.at, is_offered=True)
            return Reason.TAKEN if reason == Reason.FULL else reason
        return Reason.TOO_LATE if self.at >= line.hours[0] else None

    @precondition(lambda self: self.house.lines)
    @rule(which=ANY)
    def leave(self, which: int) -> None:
        """Or decline what is offered."""
        line = self.line(which)
        with self.family(line.children[0]) as user:
            waitings.withdraw(waiting=_waiting(line), by=user, at=self.at)
        if line.is_open:
            line.state = WaitingState.WITHDRAWN
            offered = [stay for stay in line.offered if stay.state == BookingState.OFFERED]
            self.house.end(offered, BookingState.WITHDRAWN)

    @precondition(lambda self: self.house.waiting())
    @rule(which=ANY, priority=st.sampled_from(Precedence))
    def move(self, which: int, priority: Precedence) -> None:
        found = self.house.waiting()
        line = found[which % len(found)]
        with self.manager():
            waitings.move(
                waiting=_waiting(line), priority=priority, reason="病院の予約のため",
                by=self.town.manager, at=self.at,
            )  # fmt: skip
        line.priority = priority

    @rule()
    def offer(self) -> None:
        """What follows when places come free, and each minute."""
        with self.worker():
            tasks.offer_day(facility_id=self.town.place.pk, day=DAY, at=self.at)
        self.house.ask(self.at)
        self._look_up_seats()

    @rule()
    def sweep(self) -> None:
        with self.worker():
            tasks.sweep(at=self.at)
        self.house.sweep(self.at)
        self._look_up_seats()

    def _look_up_seats(self) -> None:
        """The numbers of what was offered; none where there is no such booking."""
        new = [key for key in self.house.stays if isinstance(key, tuple)]
        for line, child in new:
            found = Booking.objects.filter(
                request__waiting=line, child=child, state=BookingState.OFFERED
            )
            number = found.values_list("pk", flat=True).first()
            assert number, "nothing was offered"
            self.house.stays[number] = self.house.stays.pop((line, child))

    def place_of(self, line: Line) -> tuple[int, int]:
        """Its place, and how many were moved before it, as the family reads it."""
        with self.family(line.children[0]):
            place = queries.place_in_line(line.number)
        return place.number, place.preferred


def _waiting(line: Line) -> Waiting:
    return Waiting.objects.get(pk=line.number)
