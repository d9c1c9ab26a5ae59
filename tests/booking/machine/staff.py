"""What staff decide, what is so whatever they decide, and the clock."""

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from booking.actions import closures, holds, rosters
from booking.enums import BookingState
from booking.enums_closures import ClosureKind, ClosureReason
from tests.booking.machine.acting import Acting
from tests.booking.machine.town import DAY, HALF_HOURS


class Staff(Acting):
    @rule(number=st.integers(0, 5))
    def set_roster(self, number: int) -> None:
        with self.manager():
            rosters.set_day(
                facility=self.town.place, day=DAY, staff=dict.fromkeys(HALF_HOURS, number)
            )
        self.house.become(staff=number)

    @rule(number=st.integers(0, 6))
    def set_capacity(self, number: int) -> None:
        self.have_places(number)

    @precondition(lambda self: not self.closure)
    @rule()
    def close(self) -> None:
        """Prepared and confirmed at once: all that is to come ends free of charge."""
        with self.manager():
            made = closures.prepare(
                facilities=[self.town.place], day=DAY, kind=ClosureKind.CLOSED,
                reason=ClosureReason.WEATHER, announce_at=self.at, by=self.town.manager,
                at=self.at,
            )  # fmt: skip
            closures.confirm(closures=made, by=self.town.manager, at=self.at)
        self.closure = made[0]
        ended = [stay for stay in self.house.stays.values() if stay.is_seated]
        for stay in ended:
            was_booked = stay.state == BookingState.CONFIRMED
            stay.state = (
                BookingState.CANCELLED_BY_FACILITY if was_booked else BookingState.WITHDRAWN
            )
        self.house.give_back(ended)
        self.house.is_closed = True

    @precondition(lambda self: self.closure)
    @rule()
    def reopen(self) -> None:
        with self.manager():
            closures.lift(closures=[self.closure], by=self.town.manager, at=self.at)
        self.closure = None
        self.house.become(is_closed=False)

    @rule()
    def expire(self) -> None:
        with self.worker():
            ended = holds.expire(at=self.at)
        held = self.house.of(BookingState.HELD).values()
        over = [stay for stay in held if stay.held_until <= self.at]
        assert ended == len(over)
        self.house.end(over, BookingState.WITHDRAWN)

    @rule(minutes=st.sampled_from((1, 5, 10, 30, 60, 120, 24 * 60)))
    def let_time_pass(self, minutes: int) -> None:
        self.at += dt.timedelta(minutes=minutes)
