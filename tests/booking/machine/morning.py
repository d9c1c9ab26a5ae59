"""What families, staff, the worker and the clock may do to one morning, in any order.

Beside the product runs a model of it (`model`) that knows who has which hours and who waits for
which. After every step both must say the same.
"""

from collections import defaultdict

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from booking.enums import BookingState, StaffingGroup
from booking.models import Booking, BookingTransition, Fee, Slot, Waiting
from tests.booking.machine.families import Families
from tests.booking.machine.line import InLine
from tests.booking.machine.model import Line, staff_needed
from tests.booking.machine.staff import Staff
from tests.booking.machine.town import FIRST, HOUR, INFANTS
from tests.booking.recount import differences


class Morning(Families, InLine, Staff):
    @initialize(begins=st.sampled_from(("empty", "waited for", "freed")))
    def begin(self, begins: str) -> None:
        """Some with a single place, which somebody has or had, and two families that wait."""
        if begins == "empty":
            return
        self.have_places(1)
        hours, (holder, *others) = (FIRST, FIRST + 2 * HOUR), self.town.children[-4:]
        self.book_all([holder], hours)
        for child in others[1:]:
            self.join([child], hours)
        if begins == "freed":
            self.cancel(which=0)

    @invariant()
    def counters_are_the_sum_of_the_seats(self) -> None:
        assert differences() == []

    @invariant()
    def every_booking_is_as_it_was_acknowledged(self) -> None:
        found = Booking.objects.values_list("pk", "state", "starts_at", "ends_at", "held_until")
        assert {key: rest for key, *rest in found} == {
            key: [stay.state, stay.starts_at, stay.ends_at, stay.held_until]
            for key, stay in self.house.stays.items()
        }

    @invariant()
    def what_lies_beyond_a_ceiling_is_written_down(self) -> None:
        house = self.house
        for slot in Slot.objects.all():
            there = house.there(slot.starts_at)
            infants = sum(stay.group == StaffingGroup.INFANTS for stay in there)
            held = house.held_back[slot.starts_at]
            assert (slot.places, slot.staff, slot.held_back) == (house.places, house.staff, held)
            assert (slot.places_over, slot.infants_over, slot.staff_short) == (
                max(0, len(there) + held - house.places),
                max(0, infants - INFANTS),
                max(0, staff_needed(there) - house.staff) if there else 0,
            )

    @invariant()
    def whoever_is_booked_has_a_fee(self) -> None:
        booked = {key for key, stay in self.house.stays.items() if stay.confirmed_at}
        assert set(Fee.objects.values_list("booking", flat=True)) == booked

    @invariant()
    def every_step_is_written_down(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        assert BookingTransition.objects.filter(from_state="").count() == len(self.house.stays)

    @invariant()
    def every_line_is_as_its_family_was_told(self) -> None:
        seats = defaultdict(set)
        offered = Booking.objects.filter(state=BookingState.OFFERED)
        for line, child in offered.values_list("request__waiting", "child"):
            seats[line].add(child)
        found = Waiting.objects.values_list("pk", "state", "is_broadcast", "offer_until")
        assert {key: [*rest, seats.pop(key, set())] for key, *rest in found} == {
            line.number: [line.state, line.is_broadcast, line.until, _children_with_seats(line)]
            for line in self.house.lines
        }
        assert seats == {}

    @invariant()
    def places_are_offered_in_the_order_that_families_read(self) -> None:
        lines = [line for line in self.house.lines if line.is_open]
        for own in lines:
            before = [line for line in lines if line.rank < own.rank and _meet(line, own)]
            preferred = [line for line in before if line.priority < own.priority]
            assert self.place_of(own) == (1 + len(before), len(preferred))


def _children_with_seats(line: Line) -> set[object]:
    return {stay.child.pk for stay in line.offered if stay.state == BookingState.OFFERED}


def _meet(one: Line, other: Line) -> bool:
    return one.hours[0] < other.hours[1] and other.hours[0] < one.hours[1]
