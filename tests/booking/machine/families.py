"""What families do with bookings: book, hold, confirm, cancel, change."""

import uuid

from hypothesis.stateful import precondition, rule

from booking.actions import cancellations, holds, requests
from booking.actions.bookings import Wish
from booking.enums import Accepts, BookingState
from booking.models import Booking, BookingRequest
from booking.refusals import BookingRefused, Reason
from records.models import Child
from records.refusals import Refused
from tests.booking.machine.acting import ANY, HOURS, Acting
from tests.booking.machine.model import DEADLINE, HOLD, UNDO, Hours, Stay


class Families(Acting):
    @rule(who=ANY, hours=HOURS)
    def book(self, who: int, hours: Hours) -> None:
        self.book_all([self.child(who)], hours)

    @rule(hours=HOURS)
    def book_siblings(self, hours: Hours) -> None:
        self.book_all(self.town.children[:2], hours)

    def book_all(self, children: list[Child], hours: Hours) -> None:
        with self.family(children[0]) as user:
            answer = requests.submit(
                wishes=self._wishes(children, hours), by=user, at=self.at, key=uuid.uuid4()
            )
        self._answered(answer, children, hours, BookingState.CONFIRMED)

    @rule(who=ANY, hours=HOURS)
    def hold(self, who: int, hours: Hours) -> None:
        child = self.child(who)
        with self.family(child) as user:
            answer = holds.hold(
                wishes=self._wishes([child], hours), accepts=Accepts.ALL, by=user, at=self.at,
                key=uuid.uuid4(),
            )  # fmt: skip
        held = self.house.of(BookingState.HELD).values()
        own = [stay for stay in held if stay.child.household_id == child.household_id]
        self.house.end(own, BookingState.WITHDRAWN)
        self._answered(answer, [child], hours, BookingState.HELD)

    @precondition(lambda self: self.house.of(BookingState.HELD))
    @rule(which=ANY)
    def confirm(self, which: int) -> None:
        key, stay = self.one(which, BookingState.HELD)
        with self.family(stay.child) as user:
            holds.confirm(request=_request(key), by=user, at=self.at)
        stay.state, stay.confirmed_at = BookingState.CONFIRMED, self.at

    @precondition(lambda self: self.house.of(BookingState.HELD))
    @rule(which=ANY)
    def extend(self, which: int) -> None:
        key, stay = self.one(which, BookingState.HELD)
        with self.family(stay.child) as user:
            until = holds.extend(request=_request(key), by=user, at=self.at)
        stay.held_until = stay.asked_at + 2 * HOLD
        assert until == stay.held_until

    @precondition(lambda self: self.house.of(BookingState.HELD))
    @rule(which=ANY)
    def let_go(self, which: int) -> None:
        key, stay = self.one(which, BookingState.HELD)
        with self.family(stay.child) as user:
            holds.let_go(request=_request(key), by=user, at=self.at)
        self.house.end([stay], BookingState.WITHDRAWN)

    @precondition(lambda self: self.house.of(BookingState.CONFIRMED))
    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        """Also what is called taking back: soon after the booking it is free, whatever the time."""
        key, stay = self.one(which, BookingState.CONFIRMED)
        refused = None
        try:
            with self.family(stay.child) as user:
                cancellations.cancel(booking=Booking.objects.get(pk=key), by=user, at=self.at)
        except Refused as error:
            refused = error.kind
        if self.at >= stay.starts_at:
            assert refused == Reason.TOO_LATE_TO_CANCEL
            return
        assert refused is None
        is_free = self._is_free(stay)
        self.house.end(
            [stay], BookingState.CANCELLED_FREE if is_free else BookingState.CANCELLED_CHARGED
        )

    @precondition(lambda self: self.house.of(BookingState.CONFIRMED))
    @rule(which=ANY, hours=HOURS)
    def change(self, which: int, hours: Hours) -> None:
        key, stay = self.one(which, BookingState.CONFIRMED)
        changed = refused = None
        try:
            with self.family(stay.child) as user:
                changed = requests.change(
                    booking=Booking.objects.get(pk=key), starts_at=hours[0], ends_at=hours[1],
                    by=user, at=self.at, key=uuid.uuid4(),
                )  # fmt: skip
        except BookingRefused as error:
            refused = error.kind
        if self.at >= stay.starts_at or not self._is_free(stay):
            assert refused == Reason.TOO_LATE_TO_CHANGE
            return
        self.judge(refused, [stay.child], hours, instead_of=stay)
        if changed is not None:
            new = self.note(changed, stay.child, hours, BookingState.CONFIRMED)
            self.house.end([stay], BookingState.CANCELLED_FREE, but=new)

    def _wishes(self, children: list[Child], hours: Hours) -> list[Wish]:
        return [Wish(child, self.town.place, *hours) for child in children]

    def _answered(
        self, answer: requests.Answer, children: list[Child], hours: Hours, state: BookingState
    ) -> None:
        refused = answer.refusals[0].error.kind if answer.refusals else None
        self.judge(refused, children, hours)
        assert bool(answer.bookings) == (refused is None)
        for booking, child in zip(answer.bookings, children, strict=bool(answer.bookings)):
            self.note(booking, child, hours, state)

    def _is_free(self, stay: Stay) -> bool:
        return self.at < DEADLINE or self.at < stay.confirmed_at + UNDO


def _request(key: object) -> BookingRequest:
    return BookingRequest.objects.get(bookings=key)
