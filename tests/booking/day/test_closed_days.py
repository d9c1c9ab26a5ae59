"""What is closed stays: the times of a counted day, and how a manager corrects them."""

import datetime as dt

import pytest
from django.db import connection

from booking.actions import attendances, payments
from booking.day.actions import corrections
from booking.day.models import DayCorrection
from booking.day.refusals import CorrectionNeedsManager, CorrectionOutOfOrder, NotClosed
from booking.models import Attendance, Fee
from booking.refusals import WrongState
from history import clock
from history.walls import STAFF
from records.enums import Role
from tests.booking.day.test_cash_counts import DAY, EVENING, MINUTE, close
from tests.booking.day.test_messages import refused
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    ChildFactory,
    FacilityMembershipFactory,
    StaffUserFactory,
    facility,
)

TEN, NEXT = clock.at(DAY, dt.time(10)), EVENING + dt.timedelta(hours=14)


@pytest.fixture
def there(database):
    return facility("hikarigaoka")


@pytest.fixture
def head(there):
    """The manager of 光が丘."""
    user = StaffUserFactory.create(name="光が丘 責任者")
    FacilityMembershipFactory.create(user=user, facility=there, role=Role.MANAGER)
    return user


@pytest.fixture
def stay(there, carer_elsewhere):
    """From ten as booked; here still."""
    booking = BookingFactory.create(child=ChildFactory.create(registered=True), facility=there)
    attendances.arrive(booking=booking, by=carer_elsewhere, at=booking.starts_at)
    return booking


def fetched(stay, by, at=None):
    attendances.leave(booking=stay, by=by, at=at or stay.ends_at)
    stay.refresh_from_db()
    return Attendance.objects.get(booking=stay)


def correct(stay, by, at=NEXT, minutes=30, **times):
    values = {"arrived_at": stay.starts_at, "left_at": stay.ends_at + minutes * MINUTE} | times
    with on_duty(by, at, walls=False):
        return corrections.correct(booking=stay, reason="時計の誤り", by=by, at=at, **values)


def test_what_was_recorded_before_the_count_is_not_taken_back(there, carer_elsewhere, stay):
    fetched(stay, carer_elsewhere)
    close(there, carer_elsewhere)

    with pytest.raises(WrongState, match="日計を締めています"):
        attendances.undo_departure(booking=stay, by=carer_elsewhere, at=NEXT, reason="間違い")

    assert Attendance.objects.get().left_at == stay.ends_at


def test_an_arrival_of_a_closed_day_does_not_go_away(there, carer_elsewhere, stay):
    close(there, carer_elsewhere, open_count=1, open_reason="迎えが遅い")

    with pytest.raises(WrongState, match="日計を締めています"):
        attendances.undo_arrival(booking=stay, by=carer_elsewhere, at=NEXT, reason="間違い")

    assert Attendance.objects.exists()


def test_whoever_goes_home_after_the_count_is_entered_and_may_be_undone(
    there, carer_elsewhere, stay
):
    close(there, carer_elsewhere, open_count=1, open_reason="迎えが遅い")

    fetched(stay, carer_elsewhere, EVENING + 10 * MINUTE)
    attendances.undo_departure(booking=stay, by=carer_elsewhere, at=EVENING + 12 * MINUTE)
    # What was never recorded may lie before the count.
    found = fetched(stay, carer_elsewhere, EVENING - 10 * MINUTE)

    assert found.left_at == EVENING - 10 * MINUTE


def test_a_day_that_is_open_and_another_facilitys_count_keep_nothing(carer_elsewhere, stay):
    fetched(stay, carer_elsewhere)
    close(facility("nerima"), carer_elsewhere)

    attendances.undo_departure(
        booking=stay, by=carer_elsewhere, at=EVENING + MINUTE, reason="間違い"
    )

    assert Attendance.objects.get().left_at is None


def test_a_manager_corrects_it_for_a_reason(there, carer_elsewhere, head, stay):
    fetched(stay, carer_elsewhere)
    before = Fee.objects.get(booking=stay).overrun_amount
    close(there, carer_elsewhere)

    correct(stay, head)

    found = Attendance.objects.get()
    assert (found.left_at, found.noted_at) == (stay.ends_at + 30 * MINUTE, NEXT)
    made = DayCorrection.objects.get()
    assert (made.reason, made.corrected_by) == ("時計の誤り", head)
    kept = Attendance.history.order_by("history_id").values_list("left_at", flat=True)
    assert list(kept) == [None, stay.ends_at, stay.ends_at + 30 * MINUTE]
    assert Fee.objects.get(booking=stay).overrun_amount > before


def test_what_is_paid_stays_as_it_was_paid(there, carer_elsewhere, head, stay):
    fetched(stay, carer_elsewhere)
    fee = Fee.objects.get(booking=stay)
    payments.take(fee=fee, amount=fee.amount, by=carer_elsewhere, at=stay.ends_at)
    close(there, carer_elsewhere, cash_amount=fee.amount, pieces={500: 10 + fee.amount // 500})

    correct(stay, head)

    assert Fee.objects.get().amount == fee.amount


@pytest.mark.parametrize(
    ("times", "refusal"),
    [
        ({"left_at": TEN}, CorrectionOutOfOrder),
        ({"left_at": NEXT + MINUTE}, CorrectionOutOfOrder),
    ],
    ids=["before the arrival", "in the future"],
)
def test_times_that_cannot_be_are_refused(there, carer_elsewhere, head, stay, times, refusal):
    fetched(stay, carer_elsewhere)
    close(there, carer_elsewhere)

    with pytest.raises(refusal):
        correct(stay, head, **times)

    assert not DayCorrection.objects.exists()


def test_a_carer_corrects_nothing_and_nobody_what_is_not_over(
    there, carer_elsewhere, head, manager, stay
):
    with pytest.raises(NotClosed):
        correct(stay, head)
    fetched(stay, carer_elsewhere)
    close(there, carer_elsewhere)

    for person in (carer_elsewhere, manager):
        with pytest.raises(CorrectionNeedsManager):
            correct(stay, person)


# The walls


@pytest.fixture
def closed(real_database, carer_elsewhere, head):
    there = facility("hikarigaoka")
    booking = BookingFactory.create(child=ChildFactory.create(registered=True), facility=there)
    attendances.arrive(booking=booking, by=carer_elsewhere, at=booking.starts_at)
    fetched(booking, carer_elsewhere)
    close(there, carer_elsewhere)
    return booking


def at_work(user, role, code="hikarigaoka"):
    return {
        "actor": user.pk, "role": role, "facilities": f"{{{facility(code).pk}}}",
        "at": NEXT.isoformat(),
    }  # fmt: skip


CHANGES = (
    "UPDATE booking_attendance SET left_at = left_at + interval '5 min' WHERE booking_id = %s",
    "UPDATE booking_attendance SET arrived_at = '2011-01-01' WHERE booking_id = %s",
    "UPDATE booking_attendance SET left_at = NULL WHERE booking_id = %s",
    "UPDATE booking_attendance SET fetched_by = 'x' WHERE booking_id = %s",
    "DELETE FROM booking_attendance WHERE booking_id = %s",
)


def outcomes(real_database, user, booking, role="carer"):
    found = []
    for change in CHANGES:
        with real_database.connect(STAFF, **at_work(user, role)) as staff:
            found.append(refused(staff, change, booking.pk))
            staff.rollback()
    return found


def test_the_database_keeps_a_closed_day(real_database, carer_elsewhere, head, closed):
    """Whoever it is; without the trigger each of them goes through: the negative control."""
    assert outcomes(real_database, carer_elsewhere, closed) == [True] * 5
    assert outcomes(real_database, head, closed, "manager") == [True] * 5

    with connection.cursor() as owner:
        owner.execute("ALTER TABLE booking_attendance DISABLE TRIGGER day_keep_attendance")
    try:
        assert outcomes(real_database, carer_elsewhere, closed) == [False] * 5
    finally:
        with connection.cursor() as owner:
            owner.execute("ALTER TABLE booking_attendance ENABLE TRIGGER day_keep_attendance")


CORRECTS = """
    INSERT INTO day_daycorrection
        (id, booking_id, facility_id, arrived_at, left_at, reason, corrected_by_id, corrected_at)
    SELECT gen_random_uuid(), id, facility_id, starts_at, ends_at + interval '5 min', 'x', %s, %s
    FROM booking_booking WHERE id = %s
"""


def test_a_correction_opens_its_own_times_alone(real_database, carer_elsewhere, head, closed):
    def tried(user, role, by, *changes):
        with real_database.connect(STAFF, **at_work(user, role)) as staff:
            made = not refused(staff, CORRECTS, by.pk, NEXT, closed.pk)
            found = [not refused(staff, change, closed.pk) for change in changes]
            staff.rollback()
        return [made, *found]

    later, other, fetched_by = CHANGES[0], CHANGES[1], CHANGES[3]
    assert tried(carer_elsewhere, "carer", carer_elsewhere) == [False]
    assert tried(head, "manager", carer_elsewhere) == [False]
    assert tried(head, "manager", head, other, fetched_by, later) == [True, False, False, True]
