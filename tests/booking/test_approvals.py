"""A request that its facility confirms: asked, answered in time, withdrawn, or over."""

import datetime as dt
import uuid

import pytest

from booking.actions import approvals, holds, requests
from booking.actions.bookings import Wish
from booking.enums import Accepts, BookingState
from booking.models import Fee, Slot, UseRule
from booking.refusals import BookingRefused, Reason, WrongState
from history import clock, context
from records.models import OutgoingMail
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import facility
from tests.people import child_of
from tests.records.worker import as_worker

DAY = coming_monday(weeks=1)
ONE_DAY = dt.timedelta(days=1)
TEN = clock.at(DAY, dt.time(10))
# A Wednesday evening before; the house is open on the Thursday and the Friday that follow.
ASKED = clock.at(DAY - 5 * ONE_DAY, dt.time(20))
THURSDAY = DAY - 4 * ONE_DAY


@pytest.fixture(autouse=True)
def _rule(database):
    UseRule.objects.update(approval="facility")
    for day in (THURSDAY, THURSDAY + ONE_DAY, DAY):
        slots_of_day("nerima", day)


def wish(child):
    return Wish(child, facility("nerima"), TEN, TEN + dt.timedelta(hours=3))


def book(parent, by=None, **more):
    answer = requests.submit(
        wishes=[wish(child_of(parent))], by=by or parent, at=ASKED, key=uuid.uuid4(), **more
    )
    assert not answer.refusals
    return answer.bookings[0]


@pytest.fixture
def booking(parent):
    return book(parent)


def now(booking):
    booking.refresh_from_db()
    seats = Slot.objects.filter(taken__gt=0).count()
    return booking.state, seats, Fee.objects.get(booking=booking).amount


def test_it_awaits_the_facility_with_its_seat_held(booking):
    assert now(booking) == (BookingState.AWAITING, 6, 1500)
    assert booking.answer_until == clock.at(THURSDAY, dt.time(17))


@pytest.mark.parametrize(
    ("days", "until"),
    [
        (1, clock.at(THURSDAY, dt.time(17))),
        (2, clock.at(THURSDAY + ONE_DAY, dt.time(17))),
        # The third day of opening is the day itself: until the child would come.
        (3, TEN),
        (9, TEN),
    ],
)
def test_it_is_answered_within_days_of_opening(parent, days, until):
    UseRule.objects.update(approval_days=days)

    assert book(parent).answer_until == until


def test_a_hold_that_is_confirmed_awaits_it_too(parent):
    held = holds.hold(
        wishes=[wish(child_of(parent))], accepts=Accepts.ALL, by=parent, at=ASKED, key=uuid.uuid4()
    )

    (booking,) = holds.confirm(request=held.request, by=parent, at=ASKED)

    assert now(booking) == (BookingState.AWAITING, 6, 1500)
    assert booking.answer_until == clock.at(THURSDAY, dt.time(17))


@pytest.mark.parametrize(("who", "asks"), [("carer", False), ("carer_elsewhere", True)])
def test_the_facility_does_not_ask_itself(parent, request, who, asks):
    by, child = request.getfixturevalue(who), child_of(parent)
    with on_duty(by, ASKED):
        rule, place = UseRule.objects.get(), facility("nerima").pk

        assert approvals.is_asked(by, rule, child, place, DAY) is asks


def test_the_facility_confirms_inside_its_walls(booking, carer):
    with on_duty(carer, ASKED):
        approvals.approve(booking=booking, by=carer, at=ASKED)
        approvals.approve(booking=booking, by=carer, at=ASKED)

    assert now(booking) == (BookingState.CONFIRMED, 6, 1500)
    assert booking.transitions.get(to_state=BookingState.CONFIRMED).by == carer


def test_the_facility_declines_with_a_reason(booking, carer):
    with on_duty(carer, ASKED):
        approvals.decline(booking=booking, reason="担当者が不在のため", by=carer, at=ASKED)

    assert now(booking) == (BookingState.DECLINED, 0, 0)
    assert booking.transitions.get(to_state=BookingState.DECLINED).reason == "担当者が不在のため"


def test_another_facility_finds_nothing_to_answer(booking, carer_seki):
    with on_duty(carer_seki, ASKED), pytest.raises(type(booking).DoesNotExist):
        approvals.approve(booking=booking, by=carer_seki, at=ASKED)

    assert now(booking)[0] == BookingState.AWAITING


def test_the_family_withdraws_and_nothing_is_answered_any_more(booking, parent, carer):
    approvals.withdraw(booking=booking, by=parent, at=ASKED)

    assert now(booking) == (BookingState.WITHDRAWN, 0, 0)
    assert not booking.is_only_held
    with pytest.raises(WrongState):
        approvals.approve(booking=booking, by=carer, at=ASKED)


@pytest.mark.parametrize(
    ("minutes", "state"), [(-1, BookingState.AWAITING), (0, BookingState.DECLINED)]
)
def test_what_is_not_answered_in_time_the_worker_declines(booking, minutes, state):
    before = OutgoingMail.objects.count()
    at = booking.answer_until + dt.timedelta(minutes=minutes)
    with as_worker(), context.acting("system:approvals"):
        approvals.expire(at=at)

    declined = state == BookingState.DECLINED
    assert now(booking) == ((state, 0, 0) if declined else (state, 6, 1500))
    assert booking.transitions.filter(to_state=state, by=None).exists() is declined
    assert OutgoingMail.objects.count() == before


def test_a_confirmed_time_is_not_given_up_for_one_that_awaits(booking, parent, carer):
    booking = approvals.approve(booking=booking, by=carer, at=ASKED)

    with pytest.raises(BookingRefused) as refused:
        requests.change(
            booking=booking, starts_at=TEN, ends_at=TEN + dt.timedelta(hours=2), by=parent,
            at=ASKED + dt.timedelta(hours=1), key=uuid.uuid4(),
        )  # fmt: skip

    assert refused.value.kind == Reason.ASK_ANEW
    assert now(booking)[0] == BookingState.CONFIRMED
