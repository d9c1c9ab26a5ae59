"""Facts go before ceilings: what falls is saved, what lies beyond stands beside it, and heals."""

import datetime as dt

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from booking.actions import cancellations, counters
from booking.capacity import Weight, fits
from booking.enums import SeatKind, StaffingGroup
from booking.models import Slot
from booking.refusals import SlotFull
from history import clock
from history.walls import PUBLIC, STAFF
from records.violations import constraint_of
from tests.database import run_as
from tests.factories.booking import BookingFactory, SlotFactory, coming_monday
from tests.factories.records import ChildFactory

TEN = clock.at(coming_monday(), dt.time(10))
BORN = TEN.date() - dt.timedelta(days=500)
ONE = Weight(StaffingGroup.ONES_TWOS, 1)
BEYOND = ("places_over", "infants_over", "under_twos_over", "two_ups_over", "staff_short")


@pytest.fixture
def sold(database):
    """The slot at ten o'clock, with three children of one year."""
    for _ in range(3):
        child = ChildFactory.create(registered=True, date_of_birth=BORN)
        BookingFactory.create(child=child, starts_at=TEN)
    return Slot.objects.get(facility__code="hikarigaoka", starts_at=TEN)


def beyond(slot):
    slot.refresh_from_db()
    return {name: getattr(slot, name) for name in BEYOND if getattr(slot, name)}


def change(slot, **fields):
    Slot.objects.filter(pk=slot.pk).update(**fields)
    return beyond(slot)


@pytest.mark.parametrize(
    ("ceiling", "found"),
    [
        ({"staff": 1}, {"staff_short": 1}),
        ({"staff": 0}, {"staff_short": 2}),
        ({"places": 1}, {"places_over": 2}),
        ({"under_two_limit": 2}, {"under_twos_over": 1}),
        ({"two_up_limit": 0}, {}),
        ({"infant_limit": 0}, {}),
        ({"places": 0, "staff": 0}, {"places_over": 3, "staff_short": 2}),
        ({"ones_twos_ratio": 1}, {}),
    ],
)
def test_a_ceiling_that_falls_is_saved(sold, ceiling, found):
    assert change(sold, **ceiling) == found


def test_the_rounding_of_a_new_rule_is_a_fact_as_well(sold):
    """Three children of one year at one member of staff each need three."""
    assert change(sold, ones_twos_ratio=1, staff=2) == {"staff_short": 1}


def test_what_came_back_heals(sold):
    assert change(sold, staff=1, places=2) == {"places_over": 1, "staff_short": 1}

    assert change(sold, staff=2) == {"places_over": 1}
    assert change(sold, places=3) == {}


def test_a_cancelled_booking_heals_what_it_broke(sold):
    booking = sold.facility.bookings.first()
    assert change(sold, places=2) == {"places_over": 1}

    cancellations.cancel(
        booking=booking, by=booking.request.requested_by, at=TEN - dt.timedelta(days=3)
    )

    assert beyond(sold) == {}


def test_nothing_is_sold_beyond(sold):
    change(sold, places=2)
    child = ChildFactory.create(registered=True, date_of_birth=BORN)

    with pytest.raises(SlotFull):
        BookingFactory.create(child=child, starts_at=TEN)

    # One is not enough: two promises less are needed before the next one.
    counters.give_back([sold.pk], ONE)
    assert not Slot.objects.filter(fits(ONE), pk=sold.pk).exists()
    counters.give_back([sold.pk], ONE)
    assert Slot.objects.filter(fits(ONE), pk=sold.pk).exists()
    counters.take([sold.pk], ONE)
    change(sold, places=9)
    counters.take([sold.pk], ONE)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("places = 3, taken = 4, fours_up = 1", "slot_places"),
        ("staff = 1, fours_up = 1, taken = 4", "slot_staffing"),
        ("places = 0, places_over = 1, taken = 4, fours_up = 1", "slot_places"),
    ],
)
def test_a_fact_is_no_cover_for_a_sale(sold, statement, constraint):
    """Ceiling and counter in one statement: the counter is refused."""
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE booking_slot SET {statement} WHERE id = %s", [sold.pk])

    assert constraint_of(error.value) == constraint


def test_what_lies_beyond_is_never_more_than_is_true(sold):
    assert change(sold, staff_short=9, places_over=9, under_twos_over=9) == {}
    assert change(sold, places=1) == {"places_over": 2}
    assert change(sold, places_over=9) == {"places_over": 2}


@pytest.mark.parametrize(
    ("role", "column"),
    [
        *((role, column) for role in (PUBLIC, STAFF) for column in BEYOND),
        *((PUBLIC, column) for column in ("walk_in_places", "places", "staff", "infant_limit")),
    ],
)
def test_no_entry_writes_what_lies_beyond(database, role, column):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run_as(role, f"UPDATE booking_slot SET {column} = 1")


def test_the_public_entry_counts_places(database):
    """The control: what it may write it can."""
    run_as(PUBLIC, "UPDATE booking_slot SET taken = 0, urgent_places = 0")


# Reserves


def reserve(**totals):
    fields = {}
    for name, number in totals.items():
        fields |= {f"{name}_places": number, f"{name}_total": number}
    return SlotFactory.create(starts_at=TEN, places=3, **fields)


def state(slot):
    slot.refresh_from_db()
    return slot.taken, {kind.value: getattr(slot, kind.places) for kind in SeatKind}


@pytest.fixture
def no_bookings():
    """Counters alone are tried here: no bookings stand behind these numbers."""
    yield
    Slot.objects.all().delete()


def test_reserves_are_kept_from_others_and_found_by_their_own(database, no_bookings):
    slot = reserve(walk_in=1, urgent=1, center=1)

    for seat in (None, *SeatKind):
        assert Slot.objects.filter(fits(ONE, seat), pk=slot.pk).exists() is (seat is not None)
    with pytest.raises(SlotFull), transaction.atomic():
        counters.take([slot.pk], ONE)
    counters.take([slot.pk], ONE, SeatKind.URGENT)

    assert state(slot) == (1, {"walk_in": 1, "urgent": 0, "center": 1})
    with pytest.raises(SlotFull), transaction.atomic():
        counters.take([slot.pk], ONE, SeatKind.URGENT)


def test_a_reserve_is_used_before_what_is_free_to_all(database, no_bookings):
    slot = reserve(walk_in=1)

    counters.take([slot.pk], ONE, SeatKind.WALK_IN)
    assert state(slot)[1]["walk_in"] == 0
    # Two more, though the reserve is used up: a child at the door is not sent past a free place.
    counters.take([slot.pk], ONE, SeatKind.WALK_IN)
    counters.take([slot.pk], ONE, SeatKind.WALK_IN)

    assert state(slot) == (3, {"walk_in": 0, "urgent": 0, "center": 0})


def test_giving_back_fills_the_reserve_up_to_what_it_was(database, no_bookings):
    slot = reserve(walk_in=1)
    for _ in range(2):
        counters.take([slot.pk], ONE, SeatKind.WALK_IN)

    counters.give_back([slot.pk], ONE, SeatKind.WALK_IN)
    assert state(slot) == (1, {"walk_in": 1, "urgent": 0, "center": 0})
    counters.give_back([slot.pk], ONE, SeatKind.WALK_IN)
    assert state(slot) == (0, {"walk_in": 1, "urgent": 0, "center": 0})


def test_what_was_released_stays_released(database, no_bookings):
    slot = reserve(urgent=1)
    counters.take([slot.pk], ONE, SeatKind.URGENT)
    Slot.objects.filter(pk=slot.pk).update(urgent_places=0, urgent_total=0)

    counters.give_back([slot.pk], ONE, SeatKind.URGENT)

    assert state(slot) == (0, {"walk_in": 0, "urgent": 0, "center": 0})


def test_a_walk_in_comes_in_where_the_day_has_fewer_places(database, no_bookings):
    """Fewer places are a fact; the reserve is no promise and gives way first."""
    slot = reserve(walk_in=2)
    counters.take([slot.pk], ONE)
    Slot.objects.filter(pk=slot.pk).update(places=2)
    assert beyond(slot) == {"places_over": 1}

    counters.take([slot.pk], ONE, SeatKind.WALK_IN)
    with pytest.raises(SlotFull), transaction.atomic():
        counters.take([slot.pk], ONE, SeatKind.WALK_IN)

    assert state(slot)[0] == 2
