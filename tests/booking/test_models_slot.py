"""What the database itself refuses, whoever writes and however."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from booking.enums import Rounding
from booking.models import Booking
from records.violations import constraint_of
from tests.factories.booking import BookingFactory, SlotFactory, slots_of_day
from tests.factories.records import facility


def refused(statement, parameters):
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, parameters)
    return constraint_of(error.value)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("taken = 16, fours_up = 16", "slot_places"),
        ("taken = 1, fours_up = 1, held_back = 15", "slot_places"),
        ("places = 0, held_back = 1", "slot_places"),
        (
            "infant_limit = 2, taken = 3, infants = 3, under_ones = 3, under_twos = 3",
            "slot_infant_limit",
        ),
        ("staff = 2, taken = 9, infants = 9, under_ones = 9, under_twos = 9", "slot_staffing"),
        ("staff = 1, taken = 1, fours_up = 1", "slot_staffing"),
        ("staff = 2, taken = 3, one_to_one = 3", "slot_staffing"),
        ("under_two_limit = 2, taken = 3, ones_twos = 3, under_twos = 3", "slot_under_two_limit"),
        ("two_up_limit = 2, taken = 3, ones_twos = 3, under_twos = 0", "slot_two_up_limit"),
        ("walk_in_places = 3, walk_in_total = 3, taken = 13, fours_up = 13", "slot_places"),
        ("urgent_places = 3, urgent_total = 3, taken = 13, fours_up = 13", "slot_places"),
        ("center_places = 3, center_total = 3, taken = 13, fours_up = 13", "slot_places"),
        ("urgent_places = 2, urgent_total = 1", "slot_reserves"),
        ("taken = 1, infants = 1", "slot_ages"),
        ("taken = 1, one_to_one = 1, under_ones = 1", "slot_ages"),
        ("taken = 1, fours_up = 1, under_twos = 2", "slot_ages"),
        ("taken = 2, fours_up = 1", "slot_taken_is_sum"),
        ("infant_ratio = 0", "slot_ratios"),
        ("ends_at = starts_at + interval '1 hour'", "slot_is_half_an_hour"),
        ("taken = -1", "booking_slot_taken_check"),
    ],
)
def test_the_database_refuses_to_oversell(db, change, constraint):
    slot = SlotFactory.create()

    assert refused(f"UPDATE booking_slot SET {change} WHERE id = %s", [slot.pk]) == constraint


@pytest.mark.parametrize(("rounding", "needs"), [(Rounding.HALF_UP, 2), (Rounding.CEILING, 3)])
def test_the_rounding_in_force_decides(db, rounding, needs):
    """Four infants and six of one or two years: 2.3 members of staff."""
    slot = SlotFactory.create(staff=needs, rounding=rounding)
    sql = (
        "UPDATE booking_slot SET taken = 10, infants = 4, ones_twos = 6, under_ones = 4,"
        " under_twos = 4, staff = %s WHERE id = %s"
    )

    assert refused(sql, [needs - 1, slot.pk]) == "slot_staffing"
    with connection.cursor() as cursor:
        cursor.execute(sql, [needs, slot.pk])
        # A test of constraints alone: no bookings stand behind these numbers.
        cursor.execute(
            "UPDATE booking_slot SET taken = 0, infants = 0, ones_twos = 0, under_ones = 0,"
            " under_twos = 0"
        )


def test_a_half_hour_exists_once(db):
    slot = SlotFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        SlotFactory.create(starts_at=slot.starts_at)


def test_a_child_cannot_be_in_two_places(database):
    booking = BookingFactory.create()
    slots_of_day("nerima")
    columns = [f.column for f in Booking._meta.concrete_fields]
    changed = {
        "id": "gen_random_uuid()",
        "facility_id": str(facility("nerima").pk),
        "starts_at": "ends_at - interval '30 minutes'",
        "ends_at": "ends_at + interval '1 hour'",
    }
    values = ", ".join(changed.get(column, column) for column in columns)
    copy = (
        f"INSERT INTO booking_booking ({', '.join(columns)}) SELECT {values}"
        " FROM booking_booking WHERE id = %s"
    )

    assert refused(copy, [booking.pk]) == "booking_child_in_one_place"


def test_a_booking_ends_after_its_start(database):
    booking = BookingFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(
            ends_at=booking.starts_at - dt.timedelta(minutes=1)
        )
