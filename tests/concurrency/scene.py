"""One morning with a single place left, and everybody who may want something of it."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from booking import callers
from booking.actions import (
    approvals,
    attendances,
    cancellations,
    capacities,
    closures,
    holds,
    look_ups,
    offers,
    requests,
    rosters,
    slots,
    waitings,
    walk_ins,
    weighings,
)
from booking.actions.bookings import Wish
from booking.enums import Accepts, Channel
from booking.enums_closures import ClosureKind, ClosureReason
from booking.models import Booking, BookingRequest, Closure, Slot, UseRule, Waiting
from history import clock, context
from records.actions.emergencies import Sought
from records.enums import Role
from records.models import Child, Facility, User
from tests.concurrency.entries import as_parent, as_staff, as_worker
from tests.concurrency.one_database import clear
from tests.concurrency.parents import AT, STARTS_AT, families
from tests.factories.booking import SlotFactory
from tests.factories.records import (
    ChildFactory,
    FacilityMembershipFactory,
    facility,
)

DAY = STARTS_AT.date()
HALF_HOUR = dt.timedelta(minutes=30)
# Nine to two, so that stays of two hours overlap by one, or not at all.
HALF_HOURS = [clock.at(DAY, dt.time(9)) + number * HALF_HOUR for number in range(10)]
# Two are promised: one is left.
PLACES, PROMISED = 3, 2
# Whose booking the facility confirms: months and, in days, the age of the one who asks.
CONFIRMED_UNDER, ASKS_AT = 20, 500
# After the hold's time.
LATER = AT + dt.timedelta(hours=1)


@dataclasses.dataclass
class Scene:
    """`booked` and `held` are of two families with one child each; `newcomers` each have one, and
    `waits` stands in the line for the same hours. What `asks` wants from noon on the facility has
    not answered yet (`asked`)."""

    place: Facility
    elsewhere: Facility
    manager: User
    guests: list[Child]
    newcomers: list[Child]
    siblings: list[Child]
    waits: Child
    asks: Child
    booked: Booking | None = None
    held: BookingRequest | None = None
    closure: Closure | None = None
    waiting: Waiting | None = None
    asked: Booking | None = None

    @classmethod
    def prepared(cls) -> "Scene":
        UseRule.objects.update(approval_under_months=CONFIRMED_UNDER)
        guests, newcomers = families(2), families(2)
        siblings = families(1)
        siblings += ChildFactory.create_batch(
            1, registered=True, household=siblings[0].household,
            date_of_birth=siblings[0].date_of_birth,
        )  # fmt: skip
        place = facility("hikarigaoka")
        post = FacilityMembershipFactory.create(facility=place, role=Role.MANAGER)
        waits, asks = families(2)
        asks.date_of_birth = DAY - dt.timedelta(days=ASKS_AT)
        asks.save()
        return cls(place, facility("nerima"), post.user, guests, newcomers, siblings, waits, asks)

    def set_up(self) -> None:
        """The morning anew."""
        clear()
        Slot.objects.bulk_create(
            SlotFactory.build(
                facility=place, starts_at=start, places=PLACES, infant_limit=0, staff=2,
                under_two_limit=PLACES, two_up_limit=PLACES,
            )
            for place in (self.place, self.elsewhere)
            for start in HALF_HOURS
        )  # fmt: skip
        for child in self.guests:
            Child.objects.filter(pk=child.pk).update(needs_one_to_one=False)
        self.booked = book(self.guests[0], self.place)
        (self.closure,) = closures.prepare(
            facilities=[self.place], day=DAY, kind=ClosureKind.CLOSED,
            reason=ClosureReason.WEATHER, announce_at=AT, by=self.manager, at=AT,
        )  # fmt: skip
        self.held = hold(self.guests[1], self.place).request
        self.asked = book(self.asks, self.place, 2)
        self.waiting = self._wait()

    def _wait(self) -> Waiting:
        """Somebody came while the house was full; a place has become free since."""
        here = Slot.objects.filter(facility=self.place)
        here.update(places=PROMISED)
        user = user_of(self.waits)
        with as_parent(user, self.waits.household, AT):
            waiting = waitings.join(
                children=[self.waits], facility=self.place, starts_at=STARTS_AT,
                ends_at=STARTS_AT + dt.timedelta(hours=2), by=user, at=AT,
            )  # fmt: skip
        here.update(places=PLACES)
        return waiting

    @property
    def booking_held(self) -> Booking:
        return self.held.bookings.get()


def user_of(child: Child) -> User:
    return child.household.parents.get().user


def wish(child: Child, place: Facility, hours: float = 0) -> Wish:
    """Two hours from ten, or some hours later."""
    starts_at = STARTS_AT + dt.timedelta(hours=hours)
    return Wish(child, place, starts_at, starts_at + dt.timedelta(hours=2))


def submit(children: list[Child], accepts: Accepts, place: Facility, hours: float = 0) -> Any:
    user = user_of(children[0])
    with as_parent(user, children[0].household, AT):
        return requests.submit(
            wishes=[wish(child, place, hours) for child in children], accepts=accepts, by=user,
            at=AT, key=uuid.uuid4(),
        )  # fmt: skip


def book(child: Child, place: Facility, hours: float = 0) -> Booking:
    answer = submit([child], Accepts.ALL, place, hours)
    for refusal in answer.refusals:
        raise refusal.error
    return answer.bookings[0]


def hold(child: Child, place: Facility, hours: float = 0) -> Any:
    user = user_of(child)
    with as_parent(user, child.household, AT):
        return holds.hold(
            wishes=[wish(child, place, hours)], accepts=Accepts.ALL, by=user, at=AT,
            key=uuid.uuid4(),
        )  # fmt: skip


# What may happen to the morning, by name; `number` tells two who do the same apart.


def _book(scene: Scene, number: int) -> Any:
    """The last place."""
    return book(scene.newcomers[number], scene.place)


def _book_earlier(scene: Scene, number: int) -> Any:
    """Half of it overlaps what the others want."""
    return book(scene.newcomers[1 - number], scene.place, -1)


def _book_elsewhere(scene: Scene, number: int) -> Any:
    """The child that `_book` books here, in the same hours."""
    return book(scene.newcomers[number], scene.elsewhere, 1)


def _hold_anew(scene: Scene, number: int) -> Any:
    """The family whose seat is held changes its mind."""
    return hold(scene.guests[1], scene.place, 1)


def _siblings(scene: Scene, number: int) -> Any:
    return submit(scene.siblings, Accepts.WHAT_FITS, scene.place)


def _siblings_reversed(scene: Scene, number: int) -> Any:
    return submit(scene.siblings[::-1], Accepts.ALL, scene.place)


def _cancel(scene: Scene, number: int) -> Any:
    user = user_of(scene.guests[0])
    with as_parent(user, scene.guests[0].household, AT):
        return cancellations.cancel(booking=scene.booked, by=user, at=AT)


def _staff_cancel(scene: Scene, number: int) -> Any:
    """For the family, which telephones."""
    with as_staff(scene.manager, Role.MANAGER, scene.place, AT):
        return cancellations.cancel(
            booking=scene.booked, by=scene.manager, at=AT, channel=Channel.PHONE
        )


def _undo(scene: Scene, number: int) -> Any:
    """Minutes after it was booked."""
    user = user_of(scene.guests[0])
    with as_parent(user, scene.guests[0].household, AT):
        return cancellations.undo(booking=scene.booked, by=user, at=AT)


def _change(scene: Scene, number: int) -> Any:
    user, (starts_at, ends_at) = user_of(scene.guests[0]), _an_hour_later()
    with as_parent(user, scene.guests[0].household, AT):
        return requests.change(
            booking=scene.booked, starts_at=starts_at, ends_at=ends_at, by=user, at=AT,
            key=uuid.uuid4(),
        )  # fmt: skip


def _an_hour_later() -> tuple[dt.datetime, dt.datetime]:
    return STARTS_AT + dt.timedelta(hours=1), STARTS_AT + dt.timedelta(hours=3)


def _with_held(act: Callable[..., Any]) -> Callable[[Scene, int], Any]:
    def run(scene: Scene, number: int) -> Any:
        user = user_of(scene.guests[1])
        with as_parent(user, scene.guests[1].household, AT):
            return act(request=BookingRequest.objects.get(pk=scene.held.pk), by=user, at=AT)

    return run


def _expire(scene: Scene, number: int) -> Any:
    with as_worker(LATER):
        return holds.expire(at=LATER)


def _arrive(scene: Scene, number: int) -> Any:
    """Staff write that the child is there."""
    with as_staff(scene.manager, Role.MANAGER, scene.place, STARTS_AT):
        return attendances.arrive(booking=scene.booked, by=scene.manager, at=STARTS_AT)


def _walk_in(scene: Scene, number: int) -> Any:
    """The child that `_book` books stands at the door, without a booking."""
    child = scene.newcomers[number]
    with as_staff(scene.manager, Role.MANAGER, scene.place, STARTS_AT):
        answer = look_ups.look_up(
            sought=Sought(code=child.code), facility_id=scene.place.pk, day=DAY, at=STARTS_AT
        )
    with as_staff(scene.manager, Role.MANAGER, scene.place, STARTS_AT):
        return walk_ins.receive(
            caller=callers.caller_of(answer.number), facility=scene.place,
            ends_at=STARTS_AT + dt.timedelta(hours=2), by=scene.manager, at=STARTS_AT,
            key=uuid.uuid4(),
        )  # fmt: skip


def _approve(scene: Scene, number: int) -> Any:
    with as_staff(scene.manager, Role.MANAGER, scene.place, AT):
        return approvals.approve(booking=scene.asked, by=scene.manager, at=AT)


def _refuse(scene: Scene, number: int) -> Any:
    with as_staff(scene.manager, Role.MANAGER, scene.place, AT):
        return approvals.decline(
            booking=scene.asked, reason="人手がたりません。", by=scene.manager, at=AT
        )


def _withdraw(scene: Scene, number: int) -> Any:
    """The family does not wait for the answer."""
    user = user_of(scene.asks)
    with as_parent(user, scene.asks.household, AT):
        return approvals.withdraw(booking=scene.asked, by=user, at=AT)


def _roster(scene: Scene, number: int) -> Any:
    """A carer is ill: fewer than are promised for."""
    with as_staff(scene.manager, Role.MANAGER, scene.place, AT):
        return rosters.set_day(
            facility=scene.place, day=DAY, staff=dict.fromkeys(HALF_HOURS, number)
        )


def _capacity(scene: Scene, number: int) -> Any:
    """A room less: below what is promised."""
    with as_staff(scene.manager, Role.MANAGER, scene.place, AT):
        return capacities.change(facility=scene.place, day=DAY, places=1, reason="工事")


def _reweigh(scene: Scene, number: int) -> Any:
    """Staff correct what a child needs; the job that follows."""
    child = scene.guests[0]
    with context.acting("system:tests"):
        Child.objects.filter(pk=child.pk).update(needs_one_to_one=True)
    with as_worker(AT):
        return weighings.reweigh(child_id=child.pk, at=AT)


def _make_slots(scene: Scene, number: int) -> Any:
    with as_worker(AT):
        return slots.make(facility=scene.place, first=DAY, last=DAY, at=AT)


def _close(scene: Scene, number: int) -> Any:
    """The closure that was prepared the evening before."""
    with as_staff(scene.manager, Role.MANAGER, scene.place, AT):
        return closures.confirm(closures=[scene.closure], by=scene.manager, at=AT)


def _close_and_reopen(scene: Scene, number: int) -> Any:
    _close(scene, number)
    with as_staff(scene.manager, Role.MANAGER, scene.place, AT):
        return closures.lift(closures=[scene.closure], by=scene.manager, at=AT)


def _offer(scene: Scene, number: int) -> Any:
    """The worker offers the last place to the family that waits."""
    with as_worker(AT):
        return offers.offer(waiting_id=scene.waiting.pk, at=AT)


def _offer_and_accept(scene: Scene, number: int) -> Any:
    _offer(scene, number)
    user = user_of(scene.waits)
    with as_parent(user, scene.waits.household, AT):
        line = Waiting.objects.get(pk=scene.waiting.pk)
        return waitings.accept(waiting=line, by=user, at=AT)


def _offer_and_decline(scene: Scene, number: int) -> Any:
    """The family does not need it any more: the next one is asked."""
    _offer(scene, number)
    user = user_of(scene.waits)
    with as_parent(user, scene.waits.household, AT):
        line = Waiting.objects.get(pk=scene.waiting.pk)
        return waitings.withdraw(waiting=line, by=user, at=AT)


def _offer_and_lapse(scene: Scene, number: int) -> Any:
    """Nobody answered: the place goes on."""
    _offer(scene, number)
    with as_worker(STARTS_AT):
        return offers.lapse(waiting_id=scene.waiting.pk, at=STARTS_AT)


ACTS: dict[str, Callable[[Scene, int], Any]] = {
    "book": _book,
    "book earlier": _book_earlier,
    "book elsewhere": _book_elsewhere,
    "hold anew": _hold_anew,
    "siblings": _siblings,
    "siblings reversed": _siblings_reversed,
    "cancel": _cancel,
    "staff cancel": _staff_cancel,
    "undo": _undo,
    "change": _change,
    "confirm": _with_held(holds.confirm),
    "extend": _with_held(holds.extend),
    "let go": _with_held(holds.let_go),
    "expire": _expire,
    "arrive": _arrive,
    "walk in": _walk_in,
    "approve": _approve,
    "refuse": _refuse,
    "withdraw": _withdraw,
    "roster": _roster,
    "capacity": _capacity,
    "reweigh": _reweigh,
    "make slots": _make_slots,
    "offer": _offer,
    "offer and accept": _offer_and_accept,
    "offer and decline": _offer_and_decline,
    "offer and lapse": _offer_and_lapse,
    "close": _close,
    "close and reopen": _close_and_reopen,
}
