"""What families, staff, the worker and the clock may do to one morning, in any order.

Beside the product runs a model of it that knows nothing but who has which hours: a list of stays
and two numbers. After every step both must say the same.
"""

import dataclasses
import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from booking import capacity
from booking.actions import cancellations, capacities, closures, holds, requests, rosters
from booking.actions.bookings import Wish, weight_of
from booking.enums import SEAT_STATES, Accepts, BookingState, Rounding, StaffingGroup
from booking.enums_closures import ClosureKind, ClosureReason
from booking.models import Booking, BookingRequest, BookingTransition, Closure, Fee, Slot
from booking.refusals import BookingRefused, Reason
from history import clock
from records.enums import Role
from records.models import Child, Facility, User
from records.refusals import Refused
from tests.booking.recount import differences
from tests.concurrency.entries import as_parent, as_staff, as_worker
from tests.database import ACTOR, act_as
from tests.factories.booking import SlotFactory, coming_monday
from tests.factories.records import (
    ChildFactory,
    FacilityMembershipFactory,
    ParentFactory,
    facility,
)

DAY = coming_monday()
FIRST = clock.at(DAY, dt.time(9))
HALF_HOUR, HOUR = dt.timedelta(minutes=30), dt.timedelta(hours=1)
HALF_HOURS = [FIRST + number * HALF_HOUR for number in range(8)]
BEGIN = FIRST - dt.timedelta(days=3)
# 17:00 on the day before: until then one books, and cancels free of charge.
DEADLINE = clock.at(DAY - dt.timedelta(days=1), dt.time(17))
HOLD = UNDO = dt.timedelta(minutes=10)
PLACES, INFANTS, STAFF = 4, 2, 3
RATIOS = dict(zip(capacity.RATIOS, (3, 6, 15, 25), strict=True))
# In days; two of one family, one who needs a member of staff of its own.
AGES = ((250, 300), (700,), (900,), (1500,), (280,))
ALONE = 2

HOURS = st.tuples(st.integers(0, 6), st.integers(2, 4)).map(
    lambda drawn: (
        FIRST + drawn[0] * HALF_HOUR, min(FIRST + sum(drawn) * HALF_HOUR, FIRST + 4 * HOUR)
    )
)  # fmt: skip
ANY = st.integers(0, 99)


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

    @property
    def group(self) -> StaffingGroup:
        return weight_of(self.child, DAY).group


@dataclasses.dataclass
class Town:
    """Families, a facility and its manager: made once, whatever becomes of the morning."""

    children: list[Child]
    users: dict[uuid.UUID, User]
    place: Facility
    manager: User


def town() -> Town:
    children, users = [], {}
    for number, ages in enumerate(AGES):
        parent = ParentFactory.create(with_account=True)
        users[parent.household_id] = parent.user
        children += [
            ChildFactory.create(
                household=parent.household, registered=True, needs_one_to_one=number == ALONE,
                date_of_birth=DAY - dt.timedelta(days=days),
            )
            for days in ages
        ]  # fmt: skip
    place = facility("hikarigaoka")
    post = FacilityMembershipFactory.create(facility=place, role=Role.MANAGER)
    return Town(children, users, place, post.user)


class Morning(RuleBasedStateMachine):
    """One example: a morning from the first booking on, rolled back at its end."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        self._example = transaction.atomic()
        self._example.__enter__()
        self.at = BEGIN
        self.usual, self.staff = PLACES, STAFF
        self.closure: Closure | None = None
        self.stays: dict[uuid.UUID, Stay] = {}
        Slot.objects.bulk_create(
            SlotFactory.build(
                facility=self.town.place,
                starts_at=start,
                places=PLACES,
                infant_limit=INFANTS,
                staff=STAFF,
            )
            for start in HALF_HOURS
        )
        # The usual places of a facility are more.
        self.set_capacity(PLACES)

    @property
    def places(self) -> int:
        return 0 if self.closure else self.usual

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._example.__exit__(None, None, None)
        act_as(ACTOR)

    # Families

    @rule(who=ANY, hours=HOURS)
    def book(self, who: int, hours: tuple[dt.datetime, dt.datetime]) -> None:
        child = self._child(who)
        with self._family(child) as user:
            answer = requests.submit(
                wishes=[Wish(child, self.town.place, *hours)], by=user, at=self.at,
                key=uuid.uuid4(),
            )  # fmt: skip
        self._answered(answer, [child], hours, BookingState.CONFIRMED)

    @rule(hours=HOURS)
    def book_siblings(self, hours: tuple[dt.datetime, dt.datetime]) -> None:
        children = self.town.children[:2]
        with self._family(children[0]) as user:
            answer = requests.submit(
                wishes=[Wish(child, self.town.place, *hours) for child in children], by=user,
                at=self.at, key=uuid.uuid4(),
            )  # fmt: skip
        self._answered(answer, children, hours, BookingState.CONFIRMED)

    @rule(who=ANY, hours=HOURS)
    def hold(self, who: int, hours: tuple[dt.datetime, dt.datetime]) -> None:
        child = self._child(who)
        with self._family(child) as user:
            answer = holds.hold(
                wishes=[Wish(child, self.town.place, *hours)], accepts=Accepts.ALL, by=user,
                at=self.at, key=uuid.uuid4(),
            )  # fmt: skip
        for stay in self._of(BookingState.HELD).values():
            if stay.child.household_id == child.household_id:
                stay.state = BookingState.WITHDRAWN
        self._answered(answer, [child], hours, BookingState.HELD)

    @precondition(lambda self: self._of(BookingState.HELD))
    @rule(which=ANY)
    def confirm(self, which: int) -> None:
        key, stay = self._one(which, BookingState.HELD)
        with self._family(stay.child) as user:
            holds.confirm(request=self._request(key), by=user, at=self.at)
        stay.state, stay.confirmed_at = BookingState.CONFIRMED, self.at

    @precondition(lambda self: self._of(BookingState.HELD))
    @rule(which=ANY)
    def extend(self, which: int) -> None:
        key, stay = self._one(which, BookingState.HELD)
        with self._family(stay.child) as user:
            until = holds.extend(request=self._request(key), by=user, at=self.at)
        stay.held_until = stay.asked_at + 2 * HOLD
        assert until == stay.held_until

    @precondition(lambda self: self._of(BookingState.HELD))
    @rule(which=ANY)
    def let_go(self, which: int) -> None:
        key, stay = self._one(which, BookingState.HELD)
        with self._family(stay.child) as user:
            holds.let_go(request=self._request(key), by=user, at=self.at)
        stay.state = BookingState.WITHDRAWN

    @precondition(lambda self: self._of(BookingState.CONFIRMED))
    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        """Also what is called taking back: soon after the booking it is free, whatever the time."""
        key, stay = self._one(which, BookingState.CONFIRMED)
        refused = None
        try:
            with self._family(stay.child) as user:
                cancellations.cancel(booking=Booking.objects.get(pk=key), by=user, at=self.at)
        except Refused as error:
            refused = error.kind
        if self.at >= stay.starts_at:
            assert refused == Reason.TOO_LATE_TO_CANCEL
            return
        assert refused is None
        stay.state = (
            BookingState.CANCELLED_FREE if self._is_free(stay) else BookingState.CANCELLED_CHARGED
        )

    @precondition(lambda self: self._of(BookingState.CONFIRMED))
    @rule(which=ANY, hours=HOURS)
    def change(self, which: int, hours: tuple[dt.datetime, dt.datetime]) -> None:
        key, stay = self._one(which, BookingState.CONFIRMED)
        changed = refused = None
        try:
            with self._family(stay.child) as user:
                changed = requests.change(
                    booking=Booking.objects.get(pk=key), starts_at=hours[0], ends_at=hours[1],
                    by=user, at=self.at, key=uuid.uuid4(),
                )  # fmt: skip
        except BookingRefused as error:
            refused = error.kind
        if self.at >= stay.starts_at or not self._is_free(stay):
            assert refused == Reason.TOO_LATE_TO_CHANGE
            return
        self._judge(refused, [stay.child], hours, instead_of=stay)
        if changed is not None:
            stay.state = BookingState.CANCELLED_FREE
            self._note(changed, stay.child, hours, BookingState.CONFIRMED)

    # Staff, the worker and the clock

    @rule(number=st.integers(0, 5))
    def set_roster(self, number: int) -> None:
        with self._staff():
            rosters.set_day(
                facility=self.town.place, day=DAY, staff=dict.fromkeys(HALF_HOURS, number)
            )
        self.staff = number

    @rule(number=st.integers(0, 6))
    def set_capacity(self, number: int) -> None:
        with self._staff():
            capacities.change(facility=self.town.place, day=DAY, places=number, reason="工事")
        self.usual = number

    @precondition(lambda self: not self.closure)
    @rule()
    def close(self) -> None:
        """Prepared and confirmed at once: all that is to come ends free of charge."""
        with self._staff():
            made = closures.prepare(
                facilities=[self.town.place], day=DAY, kind=ClosureKind.CLOSED,
                reason=ClosureReason.WEATHER, announce_at=self.at, by=self.town.manager,
                at=self.at,
            )  # fmt: skip
            closures.confirm(closures=made, by=self.town.manager, at=self.at)
        self.closure = made[0]
        for stay in self._of(BookingState.HELD).values():
            stay.state = BookingState.WITHDRAWN
        for stay in self._of(BookingState.CONFIRMED).values():
            stay.state = BookingState.CANCELLED_BY_FACILITY

    @precondition(lambda self: self.closure)
    @rule()
    def reopen(self) -> None:
        with self._staff():
            closures.lift(closures=[self.closure], by=self.town.manager, at=self.at)
        self.closure = None

    @rule()
    def expire(self) -> None:
        with self._inside(as_worker(self.at)):
            ended = holds.expire(at=self.at)
        over = [stay for stay in self._of(BookingState.HELD).values() if stay.held_until <= self.at]
        assert ended == len(over)
        for stay in over:
            stay.state = BookingState.WITHDRAWN

    @rule(minutes=st.sampled_from((1, 5, 10, 30, 60, 24 * 60)))
    def wait(self, minutes: int) -> None:
        self.at += dt.timedelta(minutes=minutes)

    # After every step

    @invariant()
    def counters_are_the_sum_of_the_seats(self) -> None:
        assert differences() == []

    @invariant()
    def every_booking_is_as_it_was_acknowledged(self) -> None:
        found = Booking.objects.values_list("pk", "state", "starts_at", "ends_at", "held_until")
        assert {key: rest for key, *rest in found} == {
            key: [stay.state, stay.starts_at, stay.ends_at, stay.held_until]
            for key, stay in self.stays.items()
        }

    @invariant()
    def what_lies_beyond_a_ceiling_is_written_down(self) -> None:
        for slot in Slot.objects.all():
            there = self._there(slot.starts_at)
            infants = sum(stay.group == StaffingGroup.INFANTS for stay in there)
            assert (slot.places, slot.staff) == (self.places, self.staff)
            assert (slot.places_over, slot.infants_over, slot.staff_short) == (
                max(0, len(there) - self.places),
                max(0, infants - INFANTS),
                max(0, _staff_needed(there) - self.staff) if there else 0,
            )

    @invariant()
    def whoever_is_booked_has_a_fee(self) -> None:
        booked = {key for key, stay in self.stays.items() if stay.confirmed_at}
        assert set(Fee.objects.values_list("booking", flat=True)) == booked

    @invariant()
    def every_step_is_written_down(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        assert BookingTransition.objects.filter(from_state="").count() == len(self.stays)

    # What the model says

    def _judge(
        self,
        refused: Reason | None,
        children: list[Child],
        hours: tuple[dt.datetime, dt.datetime],
        instead_of: Stay | None = None,
    ) -> None:
        """Refused for the right reason, and only then."""
        wanted = [
            Stay(child, *hours, state=BookingState.CONFIRMED, asked_at=self.at)
            for child in children
        ]
        others = [stay for stay in self.stays.values() if stay.is_seated and stay is not instead_of]
        reasons = [self._reason(others, [each], hours, instead_of) for each in wanted]
        # Each alone, in their order; then all of them together.
        reasons.append(self._reason(others, wanted, hours, instead_of))
        assert refused == next((reason for reason in reasons if reason), None)

    def _reason(
        self,
        others: list[Stay],
        wanted: list[Stay],
        hours: tuple[dt.datetime, dt.datetime],
        instead_of: Stay | None,
    ) -> Reason | None:
        if self.at >= DEADLINE:
            return Reason.TOO_LATE
        if any(
            stay.child == each.child and stay.starts_at < hours[1] and hours[0] < stay.ends_at
            for stay in others
            for each in wanted
        ):
            return Reason.ALREADY_BOOKED
        if self.closure:
            return Reason.CLOSED
        fits = all(
            self._fits(others, wanted, moment)
            for moment in HALF_HOURS
            if hours[0] <= moment < hours[1] and not (instead_of and instead_of.covers(moment))
        )
        return None if fits else Reason.FULL

    def _fits(self, others: list[Stay], wanted: list[Stay], moment: dt.datetime) -> bool:
        there = [stay for stay in others if stay.covers(moment)] + wanted
        infants = sum(stay.group == StaffingGroup.INFANTS for stay in there)
        adds_infant = any(stay.group == StaffingGroup.INFANTS for stay in wanted)
        return (
            len(there) <= self.places
            and (infants <= INFANTS or not adds_infant)
            and _staff_needed(there) <= self.staff
        )

    def _is_free(self, stay: Stay) -> bool:
        return self.at < DEADLINE or self.at < stay.confirmed_at + UNDO

    def _there(self, moment: dt.datetime) -> list[Stay]:
        return [stay for stay in self.stays.values() if stay.covers(moment)]

    def _answered(
        self,
        answer: requests.Answer,
        children: list[Child],
        hours: tuple[dt.datetime, dt.datetime],
        state: BookingState,
    ) -> None:
        refused = answer.refusals[0].error.kind if answer.refusals else None
        self._judge(refused, children, hours)
        assert bool(answer.bookings) == (refused is None)
        for booking, child in zip(answer.bookings, children, strict=bool(answer.bookings)):
            self._note(booking, child, hours, state)

    def _note(
        self,
        booking: Booking,
        child: Child,
        hours: tuple[dt.datetime, dt.datetime],
        state: BookingState,
    ) -> None:
        is_held = state == BookingState.HELD
        self.stays[booking.pk] = Stay(
            child, *hours, state=state, asked_at=self.at,
            held_until=self.at + HOLD if is_held else None,
            confirmed_at=None if is_held else self.at,
        )  # fmt: skip

    # Who acts

    def _child(self, number: int) -> Child:
        return self.town.children[number % len(self.town.children)]

    def _of(self, state: BookingState) -> dict[uuid.UUID, Stay]:
        return {key: stay for key, stay in self.stays.items() if stay.state == state}

    def _one(self, number: int, state: BookingState) -> tuple[uuid.UUID, Stay]:
        found = list(self._of(state).items())
        return found[number % len(found)]

    def _request(self, key: uuid.UUID) -> BookingRequest:
        return BookingRequest.objects.get(bookings=key)

    @contextmanager
    def _family(self, child: Child) -> Iterator[User]:
        user = self.town.users[child.household_id]
        with self._inside(as_parent(user, child.household, self.at)):
            yield user

    def _staff(self) -> AbstractContextManager[None]:
        return self._inside(as_staff(self.town.manager, Role.MANAGER, self.town.place, self.at))

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


def _staff_needed(there: list[Stay]) -> int:
    counts = Counter(stay.group for stay in there)
    return capacity.staff_needed(counts, RATIOS, Rounding.HALF_UP)
