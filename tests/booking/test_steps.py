"""The database takes only the steps that may follow, and none without its row."""

import pytest
from django.db import IntegrityError, connection, transaction

from booking.enums import BEGINNINGS, FOLLOWING, BookingState
from booking.models import Booking, BookingTransition
from records.violations import constraint_of
from tests.factories.booking import BookingFactory


@pytest.fixture
def booking(database):
    return BookingFactory.create()


def write(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def put(booking, state):
    write("UPDATE booking_booking SET state = %s WHERE id = %s", state, booking.pk)


def refusal_of(act):
    """The constraint by which the database refuses; the empty text where it does not."""
    try:
        with transaction.atomic():
            act()
    except IntegrityError as error:
        return constraint_of(error)
    return ""


def commits():
    write("SET CONSTRAINTS ALL IMMEDIATE")


def step(booking, before, after):
    BookingTransition.objects.create(
        booking=booking, facility=booking.facility, from_state=before, to_state=after,
        at=booking.starts_at,
    )  # fmt: skip


@pytest.mark.parametrize("before", BookingState)
def test_raw_sql_takes_only_the_steps_that_may_follow(booking, before):
    def take(after):
        put(booking, after)
        transaction.set_rollback(True)

    with transaction.atomic():
        bring(booking, before)
        others = set(BookingState) - {before}
        found = {after for after in others if not refusal_of(lambda after=after: take(after))}
        transaction.set_rollback(True)

    assert found == set(FOLLOWING.get(before, ()))


def bring(booking, state):
    """Into a state by whatever way, with nobody watching."""
    watch = "ALTER TABLE booking_booking {} TRIGGER booking_next_step"
    commits()
    write(watch.format("DISABLE"))
    if state != BookingState.CONFIRMED:
        step(booking, BookingState.CONFIRMED, state)
    until = booking.starts_at
    Booking.objects.filter(pk=booking.pk).update(state=state, held_until=until, answer_until=until)
    write(watch.format("ENABLE"))
    write("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("state", BookingState)
def test_a_booking_begins_only_as_it_may(booking, state):
    booking.pk, booking.held_until = None, booking.starts_at
    booking.answer_until = booking.starts_at
    booking.starts_at, booking.ends_at = booking.ends_at, booking.ends_at.replace(hour=23)
    booking.state = state

    refused = refusal_of(lambda: Booking.objects.bulk_create([booking]))

    assert refused == ("" if state in BEGINNINGS else "booking_step_follows")
    Booking.objects.exclude(ends_at__lt=booking.ends_at).delete()


def test_a_step_without_its_row_is_refused_at_the_commit(booking):
    def present():
        put(booking, BookingState.PRESENT)
        commits()

    assert refusal_of(present) == "booking_step_is_written"


def test_a_step_with_its_row_is_taken(booking):
    def present():
        put(booking, BookingState.PRESENT)
        step(booking, BookingState.CONFIRMED, BookingState.PRESENT)
        commits()

    assert refusal_of(present) == ""


def test_back_and_forth_needs_a_row_each_time(booking):
    def back_and_forth():
        put(booking, BookingState.PRESENT)
        step(booking, BookingState.CONFIRMED, BookingState.PRESENT)
        put(booking, BookingState.CONFIRMED)
        put(booking, BookingState.PRESENT)
        step(booking, BookingState.CONFIRMED, BookingState.PRESENT)
        commits()

    assert refusal_of(back_and_forth) == "booking_step_is_written"


def test_a_row_for_a_step_that_was_not_taken_is_found_with_the_next(booking):
    def forged():
        step(booking, BookingState.PRESENT, BookingState.FETCHED)
        put(booking, BookingState.PRESENT)
        step(booking, BookingState.CONFIRMED, BookingState.PRESENT)
        commits()

    assert refusal_of(forged) == "booking_step_is_written"
