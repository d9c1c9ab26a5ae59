"""One example: a morning from the first booking on, rolled back at its end; and who acts in it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from booking.actions import capacities
from booking.enums import BookingState
from booking.models import Booking, Closure
from booking.refusals import Reason
from records.enums import Role
from records.models import Child, User
from tests.booking.machine.model import HOLD, Hours, House, Line, Stay
from tests.booking.machine.town import (
    BEGIN,
    FIRST,
    HALF_HOUR,
    HOUR,
    PLACES,
    Town,
    open_the_morning,
)
from tests.concurrency.entries import as_parent, as_staff, as_worker
from tests.database import ACTOR, act_as

HOURS = st.tuples(st.integers(0, 6), st.integers(2, 4)).map(
    lambda drawn: (
        FIRST + drawn[0] * HALF_HOUR, min(FIRST + sum(drawn) * HALF_HOUR, FIRST + 4 * HOUR)
    )
)  # fmt: skip
ANY = st.integers(0, 99)


class Acting(RuleBasedStateMachine):
    town: Town

    def __init__(self) -> None:
        super().__init__()
        self._example = transaction.atomic()
        self._example.__enter__()
        self.at = BEGIN
        self.house = House()
        self.closure: Closure | None = None
        open_the_morning(self.town.place)
        # The usual places of a facility are more.
        self.have_places(PLACES)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._example.__exit__(None, None, None)
        act_as(ACTOR)

    def have_places(self, number: int) -> None:
        with self.manager():
            capacities.change(
                facility=self.town.place, day=FIRST.date(), places=number, reason="工事"
            )
        self.house.become(usual=number)

    # What was answered

    def judge(
        self,
        refused: Reason | None,
        children: list[Child],
        hours: Hours,
        instead_of: Stay | None = None,
    ) -> None:
        """Refused for the right reason, and only then."""
        assert refused == self.house.reason(children, hours, self.at, instead_of=instead_of)

    def note(self, booking: Booking, child: Child, hours: Hours, state: BookingState) -> Stay:
        is_held = state == BookingState.HELD
        stay = self.house.stays[booking.pk] = Stay(
            child, *hours, state=state, asked_at=self.at,
            held_until=self.at + HOLD if is_held else None,
            confirmed_at=None if is_held else self.at,
        )  # fmt: skip
        return stay

    # Who acts

    def child(self, number: int) -> Child:
        return self.town.children[number % len(self.town.children)]

    def one(self, number: int, state: BookingState) -> tuple[object, Stay]:
        found = list(self.house.of(state).items())
        return found[number % len(found)]

    def line(self, number: int) -> Line:
        return self.house.lines[number % len(self.house.lines)]

    @contextmanager
    def family(self, child: Child) -> Iterator[User]:
        user = self.town.users[child.household_id]
        with self._inside(as_parent(user, child.household, self.at)):
            yield user

    def manager(self) -> AbstractContextManager[None]:
        return self._inside(as_staff(self.town.manager, Role.MANAGER, self.town.place, self.at))

    def worker(self) -> AbstractContextManager[None]:
        return self._inside(as_worker(self.at))

    @contextmanager
    def _inside(self, entry: AbstractContextManager[None]) -> Iterator[None]:
        """At an entry, and back to the owner: a savepoint keeps what was set inside."""
        try:
            with entry:
                yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
            act_as(ACTOR)
