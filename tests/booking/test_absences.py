"""Booked and not cared for: nobody came, or not today; fetched early."""

import datetime as dt
from decimal import Decimal

import pytest

from booking import letters
from booking.actions import absences, attendances
from booking.enums import BookingState
from booking.enums_rules import CancelReason
from booking.models import Fee, Slot, UseRule
from booking.refusals import BookingRefused, Reason, SlotFull, WrongState
from history import clock, context
from records.models import OutgoingMail
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.records import facility
from tests.people import child_of
from tests.records.worker import as_worker

DAY = coming_monday()
TEN = clock.at(DAY, dt.time(10))
MINUTE, ONE_DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def booking(parent):
    """From ten to one at 練馬, 1,500 yen; illness costs half on the day."""
    UseRule.objects.get().stage_rows.create(
        days_before=0, at=dt.time(0), percent=50, reason=CancelReason.ILLNESS
    )
    return BookingFactory.create(child=child_of(parent), facility=facility("nerima"), by=parent)


def taken():
    slots = Slot.objects.filter(taken__gt=0).order_by("starts_at")
    return [f"{clock.local(slot.starts_at):%H:%M}" for slot in slots]


def now(booking):
    booking.refresh_from_db()
    return booking.state, Fee.objects.get(booking=booking).amount


def test_nobody_came(booking, carer):
    with on_duty(carer, TEN + 40 * MINUTE):
        absences.record(booking=booking, by=carer, at=TEN + 40 * MINUTE)
        absences.record(booking=booking, by=carer, at=TEN + 41 * MINUTE)

    assert now(booking) == (BookingState.ABSENT, 1500)
    assert (taken(), booking.transitions.count()) == ([], 2)


def test_nobody_is_missing_before_the_beginning(booking, carer):
    with pytest.raises(BookingRefused) as refused:
        absences.record(booking=booking, by=carer, at=TEN - MINUTE)

    assert refused.value.kind == Reason.NOT_YET_DUE
    assert now(booking)[0] == BookingState.CONFIRMED


@pytest.mark.parametrize(
    ("degrees", "words", "is_turned_away"),
    [
        ("37.5", "", True), ("38.2", "", True), ("37.4", "", False), ("36.8", "吐いた", True),
        (None, "発疹", True), (None, "", False),
    ],
)  # fmt: skip
def test_a_child_is_turned_away_with_fever_or_for_another_reason(
    booking, carer, degrees, words, is_turned_away
):
    measured = Decimal(degrees) if degrees else None

    def turn_away():
        absences.turn_away(booking=booking, by=carer, at=TEN, temperature=measured, reason=words)

    if is_turned_away:
        with on_duty(carer, TEN):
            turn_away()
    else:
        with pytest.raises(WrongState):
            turn_away()

    kept = (BookingState.CONFIRMED, 1500)
    assert now(booking) == ((BookingState.TURNED_AWAY, 750) if is_turned_away else kept)
    assert len(taken()) == (0 if is_turned_away else 6)


def test_the_step_says_what_was_measured(booking, carer):
    absences.turn_away(booking=booking, by=carer, at=TEN, temperature=Decimal("38.2"))

    step = booking.transitions.get(to_state=BookingState.TURNED_AWAY)
    assert (step.cause, step.reason) == (CancelReason.ILLNESS, "体温38.2℃")


def test_nobody_is_turned_away_before_the_day(booking, carer):
    with pytest.raises(WrongState):
        absences.turn_away(booking=booking, by=carer, at=TEN - ONE_DAY, reason="発疹")


@pytest.mark.parametrize("end", ["absent", "away"])
def test_what_was_recorded_wrongly_is_taken_back(booking, carer, end):
    at = TEN + 30 * MINUTE
    with on_duty(carer, at):
        if end == "absent":
            absences.record(booking=booking, by=carer, at=at)
        else:
            absences.turn_away(booking=booking, by=carer, at=at, reason="発疹")
        absences.take_back(booking=booking, by=carer, at=at + MINUTE)

    assert now(booking) == (BookingState.CONFIRMED, 1500)
    assert len(taken()) == 6


def test_nothing_is_taken_back_where_the_seat_has_gone(booking, carer):
    absences.record(booking=booking, by=carer, at=TEN)
    Slot.objects.filter(facility=booking.facility_id).update(places=0)

    with pytest.raises(SlotFull):
        absences.take_back(booking=booking, by=carer, at=TEN + MINUTE)

    assert now(booking) == (BookingState.ABSENT, 1500)
    Slot.objects.update(places=15)


def test_nothing_is_taken_back_on_another_day(booking, carer):
    absences.record(booking=booking, by=carer, at=TEN)

    with pytest.raises(WrongState):
        absences.take_back(booking=booking, by=carer, at=TEN + ONE_DAY)


@pytest.mark.parametrize(
    ("left", "kept"),
    [
        ("11:10", ["10:00", "10:30", "11:00"]),
        ("11:30", ["10:00", "10:30", "11:00"]),
        ("12:40", ["10:00", "10:30", "11:00", "11:30", "12:00", "12:30"]),
    ],
)
def test_fetched_early_frees_what_has_not_begun(booking, carer, left, kept):
    at = clock.at(DAY, dt.time.fromisoformat(left))
    with on_duty(carer, at):
        attendances.arrive(booking=booking, by=carer, at=TEN)
        attendances.leave(booking=booking, by=carer, at=at)

    assert (taken(), now(booking)) == (kept, (BookingState.FETCHED, 1500))


def test_an_early_departure_taken_back_takes_the_rest_again(booking, carer):
    at = TEN + 70 * MINUTE
    with on_duty(carer, at):
        attendances.arrive(booking=booking, by=carer, at=TEN)
        attendances.leave(booking=booking, by=carer, at=at)
        attendances.undo_departure(booking=booking, by=carer, at=at + MINUTE)

    assert (len(taken()), now(booking)[0]) == (6, BookingState.PRESENT)


def test_the_child_may_be_elsewhere_once_fetched(booking, parent, carer):
    attendances.arrive(booking=booking, by=carer, at=TEN)
    attendances.leave(booking=booking, by=carer, at=TEN + 70 * MINUTE)

    later = BookingFactory.create(
        child=booking.child, by=parent, starts_at=TEN + 90 * MINUTE, at=TEN - 3 * ONE_DAY
    )

    assert later.state == BookingState.CONFIRMED


def test_the_family_is_written_to_by_the_worker(booking, carer):
    """Staff don't read addresses of families at home elsewhere."""
    before = OutgoingMail.objects.count()
    with on_duty(carer, TEN):
        absences.record(booking=booking, by=carer, at=TEN)
    assert OutgoingMail.objects.count() == before

    sent = letters_of(booking)

    assert (sent, OutgoingMail.objects.count()) == (True, before + 1)


def letters_of(booking):
    with as_worker(), context.acting("system:mail"):
        return letters.send(booking_id=booking.pk, event="booking/email/absent", at=TEN)
