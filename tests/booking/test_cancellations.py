"""Cancelling for a reason, undoing in time, days in a row, and a manager's exception."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from booking import cancelling
from booking.actions import bookings, cancellations, fees, requests
from booking.actions.bookings import Wish
from booking.enums import BookingState, Channel
from booking.enums_rules import CancelReason
from booking.models import Booking, Fee, Slot, UseRule
from booking.refusals import BookingRefused, Reason
from history import clock
from records.enums import Role
from records.violations import constraint_of
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.factories.records import FacilityMembershipFactory, StaffUserFactory, facility
from tests.people import child_of

DAY = coming_monday()
ONE_DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
TEN = clock.at(DAY, dt.time(10))
NOW = TEN - 3 * ONE_DAY
AT_SIX = clock.at(DAY, dt.time(6))
DEADLINE = clock.at(DAY - ONE_DAY, dt.time(17))


@pytest.fixture
def rule(database):
    """All of the fee from the evening before; for illness half of it, for bereavement nothing."""
    found = UseRule.objects.get()
    found.stage_rows.create(days_before=1, at=dt.time(17), percent=50, reason=CancelReason.ILLNESS)
    found.waived_reasons = [CancelReason.BEREAVEMENT]
    found.save()
    return found


@pytest.fixture
def booking(parent, rule):
    return BookingFactory.create(child=child_of(parent), facility=facility("nerima"), by=parent)


def states(of):
    return {each.day: each.state for each in of}


@pytest.mark.parametrize(
    ("cause", "state", "yen"),
    [
        (None, BookingState.CANCELLED_CHARGED, 1500),
        (CancelReason.PLANS, BookingState.CANCELLED_CHARGED, 1500),
        (CancelReason.ILLNESS, BookingState.CANCELLED_CHARGED, 750),
        (CancelReason.BEREAVEMENT, BookingState.CANCELLED_FREE, 0),
    ],
)
def test_the_reason_decides_what_it_costs(booking, parent, cause, state, yen):
    ended = cancellations.cancel(booking=booking, by=parent, at=AT_SIX, cause=cause)

    assert (ended.state, Fee.objects.get(booking=booking).amount) == (state, yen)


def test_costs_are_known_before_for_every_reason(booking):
    found = cancelling.costs(booking.use_rule, DAY, AT_SIX, 1500)

    assert {cost.reason: cost.amount for cost in found} == {
        CancelReason.ILLNESS: 750, CancelReason.BEREAVEMENT: 0, CancelReason.WEATHER: 1500,
        CancelReason.INFECTION: 1500, CancelReason.PLANS: 1500, CancelReason.OTHER: 1500,
    }  # fmt: skip


def test_the_step_keeps_who_why_and_how(booking, carer):
    cancellations.cancel(
        booking=booking, by=carer, at=AT_SIX, cause=CancelReason.ILLNESS, reason="夜に発熱",
        channel=Channel.PHONE,
    )  # fmt: skip

    step = booking.transitions.get(to_state=BookingState.CANCELLED_CHARGED)
    found = (step.by, step.at, step.cause, step.channel, step.reason)
    assert found == (carer, AT_SIX, CancelReason.ILLNESS, Channel.PHONE, "夜に発熱")


@pytest.mark.parametrize(
    ("minutes", "reason"), [(0, None), (9, None), (10, Reason.UNDO_OVER), (60, Reason.UNDO_OVER)]
)
def test_undo_is_free_within_its_minutes_and_never_charges(parent, rule, minutes, reason):
    asked = DEADLINE - 5 * MINUTE
    booking = BookingFactory.create(child=child_of(parent), by=parent, at=asked)
    refused = None

    try:
        cancellations.undo(booking=booking, by=parent, at=asked + minutes * MINUTE)
    except BookingRefused as refusal:
        refused = refusal.kind

    booking.refresh_from_db()
    kept = (BookingState.CONFIRMED, 1500) if reason else (BookingState.CANCELLED_FREE, 0)
    assert (refused, booking.state, booking.fee.amount) == (reason, *kept)


def test_staff_cancel_when_the_time_has_begun_and_families_do_not(booking, parent, carer):
    late = TEN + 5 * MINUTE
    with pytest.raises(BookingRefused) as refused:
        cancellations.cancel(booking=booking, by=parent, at=late)

    ended = cancellations.cancel(booking=booking, by=carer, at=late)

    assert refused.value.kind == Reason.TOO_LATE_TO_CANCEL
    assert ended.state == BookingState.CANCELLED_CHARGED


def in_a_row(parent, *offsets):
    """Booked together on days counted from the Monday."""
    child, where = child_of(parent), facility("hikarigaoka")
    days = [DAY + offset * ONE_DAY for offset in offsets]
    wishes = [
        Wish(child, where, clock.at(day, dt.time(10)), clock.at(day, dt.time(13))) for day in days
    ]
    answer = requests.submit(wishes=wishes, by=parent, at=NOW, key=uuid.uuid4())
    assert not answer.refusals
    return list(answer.bookings)


@pytest.mark.parametrize(
    ("cascades", "first", "ended"),
    [(True, 0, [0, 1]), (True, 1, [1]), (True, 3, [3]), (False, 0, [0])],
)
def test_the_days_that_follow_in_a_row_end_too(parent, rule, cascades, first, ended):
    UseRule.objects.update(cascades=cascades)
    for offset in range(4):
        slots_of_day(day=DAY + offset * ONE_DAY)
    made = in_a_row(parent, 0, 1, 3)
    chosen = next(each for each in made if each.day == DAY + first * ONE_DAY)

    cancellations.cancel(booking=chosen, by=parent, at=NOW + ONE_DAY)

    free = Booking.objects.filter(state=BookingState.CANCELLED_FREE)
    assert [(each.day - DAY).days for each in free.order_by("starts_at")] == ended


def test_a_day_without_care_is_no_gap(parent, rule):
    UseRule.objects.update(cascades=True)
    for offset in (0, 2):
        slots_of_day(day=DAY + offset * ONE_DAY)
    Slot.objects.on_day(DAY + ONE_DAY).delete()
    first, _second = in_a_row(parent, 0, 2)

    cancellations.cancel(booking=first, by=parent, at=NOW + ONE_DAY)

    assert set(states(Booking.objects.all()).values()) == {BookingState.CANCELLED_FREE}


def test_undoing_one_day_leaves_the_others(parent, rule):
    UseRule.objects.update(cascades=True)
    for offset in (0, 1):
        slots_of_day(day=DAY + offset * ONE_DAY)
    first, second = in_a_row(parent, 0, 1)

    cancellations.undo(booking=first, by=parent, at=NOW + MINUTE)

    second.refresh_from_db()
    assert second.state == BookingState.CONFIRMED


@pytest.fixture
def charged(booking, parent):
    """A fee of 1,500 yen for cancelling at 練馬."""
    ended = cancellations.cancel(booking=booking, by=parent, at=AT_SIX)
    return Fee.objects.get(booking=ended)


def other_manager():
    user = StaffUserFactory.create(username="H5009")
    FacilityMembershipFactory.create(user=user, facility=facility("hikarigaoka"), role=Role.MANAGER)
    return user


def waive_in_sql(fee):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE booking_fee SET waived_amount = 1500, waived_reason = 'x' WHERE id = %s",
            [fee.pk],
        )
        return cursor.rowcount


def test_a_manager_waives_with_a_reason(charged, manager):
    with on_duty(manager, AT_SIX):
        fees.waive(fee=charged, by=manager, at=AT_SIX, reason="案内に誤りがあったため")

    charged.refresh_from_db()
    found = (charged.cancellation_amount, charged.waived_amount, charged.amount)
    assert (*found, charged.waived_reason) == (1500, 1500, 0, "案内に誤りがあったため")
    assert charged.history.filter(waived_amount=1500).count() == 1


def test_a_carer_waives_neither_by_the_action_nor_in_sql(charged, carer):
    with on_duty(carer, AT_SIX):
        with pytest.raises(BookingRefused) as refused:
            fees.waive(fee=charged, by=carer, at=AT_SIX, reason="x")
        with pytest.raises(IntegrityError) as raised, transaction.atomic():
            waive_in_sql(charged)

    assert refused.value.kind == Reason.MANAGERS_ONLY
    assert constraint_of(raised.value) == "booking_keep_waivers"


def test_another_facility_s_manager_reaches_no_fee_of_ours(charged, manager):
    other = other_manager()
    with on_duty(other, AT_SIX):
        assert waive_in_sql(charged) == 0
        with pytest.raises(Fee.DoesNotExist):
            fees.waive(fee=charged, by=other, at=AT_SIX, reason="x")

    with on_duty(manager, AT_SIX):
        assert waive_in_sql(charged) == 1


def test_nothing_is_waived_where_nothing_is_due(booking, manager):
    with on_duty(manager, AT_SIX), pytest.raises(BookingRefused) as refused:
        fees.waive(fee=booking.fee, by=manager, at=AT_SIX, reason="x")

    assert refused.value.kind == Reason.NOTHING_TO_WAIVE


def test_staff_end_a_booking_inside_their_walls(booking, carer):
    """Column rights and policies let them: seat, fee, step and the job for the mail."""
    with on_duty(carer, AT_SIX):
        cancellations.cancel(booking=booking, by=carer, at=AT_SIX, channel=Channel.PHONE)

    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED_CHARGED
    assert not Slot.objects.filter(pk__in=bookings.slots_of(booking), taken__gt=0).exists()
