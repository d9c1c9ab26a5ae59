"""予約の停止: counted by the worker, refused by the database, appealed once, lifted by who may."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from booking.actions import absences, requests, use_holds
from booking.actions.bookings import Wish
from booking.enums import Channel
from booking.enums_rules import Subject
from booking.models import UseHold, UseRule
from booking.refusals import BookingRefused, Reason, WrongState
from history import clock, context
from records.enums import Role
from tests.booking.staff_at_work import on_duty
from tests.database import at_moment
from tests.entries import as_entry
from tests.factories.booking import BookingFactory, UseHoldFactory, coming_monday, slots_of_day
from tests.factories.records import (
    ChildFactory,
    FacilityMembershipFactory,
    StaffUserFactory,
    facility,
)
from tests.people import child_of, household_of
from tests.records.worker import as_worker

DAY = coming_monday()
TEN = clock.at(DAY, dt.time(10))
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def rule(database):
    """Twice within thirty days: nothing new for ten."""
    UseRule.objects.update(no_show_most=2, no_show_days=30, no_show_hold_days=10)
    return UseRule.objects.get()


def absent(child, by, offset=0, at="hikarigaoka"):
    """A booking on a day counted from the Monday, to which nobody came."""
    booking = BookingFactory.create(
        child=child, by=by, facility=facility(at), starts_at=TEN + offset * ONE_DAY
    )
    absences.record(booking=booking, by=by, at=booking.starts_at)
    return booking


def count(booking):
    with as_worker(), context.acting("system:conduct"):
        use_holds.count(booking_id=booking.pk, at=booking.starts_at)
    return UseHold.objects.filter(booking=booking).first()


def test_the_second_absence_stops_new_bookings(parent, rule):
    child = child_of(parent)
    first, second = absent(child, parent), absent(child, parent, 1, "nerima")

    assert count(first) is None
    hold = count(second)

    today = DAY + ONE_DAY
    assert (hold.absences, hold.starts_on, hold.ends_on) == (2, today, today + 9 * ONE_DAY)
    assert (hold.household, hold.subject) == (child.household, Subject.HOUSEHOLD)
    assert count(second) == hold
    assert UseHold.objects.count() == 1


@pytest.mark.parametrize(("subject", "is_held"), [("household", True), ("child", False)])
def test_the_rule_counts_the_child_or_the_household(parent, rule, subject, is_held):
    UseRule.objects.update(no_show_subject=subject)
    child = child_of(parent)
    sibling = ChildFactory.create(household=child.household, registered=True)
    absent(child, parent)

    hold = count(absent(sibling, parent, 1))

    assert (hold is not None) is is_held


def test_what_led_to_a_hold_is_spent(parent, rule):
    child = child_of(parent)
    absent(child, parent)
    assert count(absent(child, parent, 1))
    UseHold.objects.update(lifted_at=TEN)

    assert count(absent(child, parent, 2)) is None


def test_an_absence_taken_back_lifts_the_hold(parent, rule, carer):
    child = child_of(parent)
    absent(child, parent)
    second = absent(child, parent, 1)
    assert count(second).lifted_at is None

    absences.take_back(booking=second, by=carer, at=second.starts_at)

    assert count(second).lifted_at is not None


def book(child, by, channel=Channel.WEB, at=TEN - 3 * ONE_DAY):
    slots_of_day(day=DAY)
    wish = Wish(child, facility("hikarigaoka"), TEN, TEN + dt.timedelta(hours=2))
    answer = requests.submit(wishes=[wish], by=by, at=at, key=uuid.uuid4(), channel=channel)
    for refusal in answer.refusals:
        raise refusal.error
    return answer.bookings[0]


@pytest.fixture
def hold(parent):
    """On the family of `parent`, because of something three weeks ago; until the Sunday."""
    day = DAY - 21 * ONE_DAY
    with at_moment(clock.at(day - 3 * ONE_DAY, dt.time(10))):
        old = BookingFactory.create(
            child=child_of(parent), by=parent, starts_at=clock.at(day, dt.time(10))
        )
    return UseHoldFactory.create(
        booking=old, starts_on=clock.today() - ONE_DAY, ends_on=clock.today() + 5 * ONE_DAY
    )


def refusal_of(*args, **kwargs):
    try:
        with transaction.atomic():
            book(*args, **kwargs)
    except BookingRefused as refusal:
        return refusal
    return None


def test_a_hold_refuses_with_its_reason_and_date(parent, hold):
    refused = refusal_of(child_of(parent), parent)

    assert refused.kind == Reason.ON_HOLD
    assert f"{hold.ends_on.month}月{hold.ends_on.day}日まで" in refused.detail


def test_others_book_all_the_same(parent, other_parent, hold):
    assert refusal_of(child_of(other_parent), other_parent) is None


@pytest.mark.parametrize(
    "change",
    [{"lifted_at": TEN}, {"ends_on": clock.today() - ONE_DAY}, {"is_here_only": True}],
    ids=["lifted", "over", "of another facility"],
)
def test_what_does_not_hold_refuses_nothing(parent, hold, change):
    if "is_here_only" in change:
        change = change | {"facility": facility("nerima")}
    UseHold.objects.update(**change)

    assert refusal_of(child_of(parent), parent) is None


def test_staff_who_cannot_read_it_are_refused_and_a_child_at_the_door_is_not(
    parent, hold, carer_seki
):
    child = child_of(parent)
    with on_duty(carer_seki, clock.now()):
        assert UseHold.objects.count() == 0

    UseHold.objects.update(ends_on=DAY)
    phone = refusal_of(child, carer_seki, channel=Channel.PHONE)
    context.state(at=TEN.isoformat())
    at_the_door = refusal_of(child, carer_seki, channel=Channel.WALK_IN, at=TEN)

    assert (phone.kind, at_the_door) == (Reason.ON_HOLD, None)


def test_raw_sql_is_refused_too(parent, hold):
    booking = hold.booking
    copied = [field.column for field in booking._meta.concrete_fields]
    values = ", ".join(
        {"id": "gen_random_uuid()", "starts_at": "starts_at + interval '40 days'",
         "ends_at": "ends_at + interval '40 days'"}.get(name, name)
        for name in copied
    )  # fmt: skip
    statement = (
        f"INSERT INTO booking_booking ({', '.join(copied)})"
        f" SELECT {values} FROM booking_booking WHERE id = %s"
    )

    with (
        pytest.raises(IntegrityError, match="books nothing before"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [booking.pk])


def seen_by_family(user):
    of_family = context.Context(
        actor=str(user.pk), role="parent", household=household_of(user).pk, entry="public"
    )
    with as_entry("public"), transaction.atomic():
        context.enter(of_family)
        return set(UseHold.objects.values_list("pk", flat=True))


def test_the_own_family_sees_it_and_no_other(parent, other_parent, hold):
    assert seen_by_family(parent) == {hold.pk}
    assert seen_by_family(other_parent) == set()


def test_home_and_where_it_arose_see_it_and_no_other_facility(
    hold, carer, carer_elsewhere, carer_seki, clerk, auditor
):
    found = {}
    for person in (carer, carer_elsewhere, carer_seki, clerk, auditor):
        with on_duty(person, clock.now()):
            found[person.name] = UseHold.objects.count()

    assert found == {
        carer.name: 1, carer_elsewhere.name: 1, carer_seki.name: 0, clerk.name: 1, auditor.name: 0,
    }  # fmt: skip


def test_a_family_appeals_once(hold):
    appealed = use_holds.appeal(hold=hold, words="入院していました。", at=TEN)

    assert (appealed.appeal, appealed.waits_for_answer) == ("入院していました。", True)
    with pytest.raises(WrongState):
        use_holds.appeal(hold=hold, words="もう一度", at=TEN)


def test_the_home_facility_s_manager_lifts_it_in_words(hold, manager):
    with on_duty(manager, TEN):
        use_holds.answer(hold=hold, words="事情が分かりました。", lifts=True, by=manager, at=TEN)

    hold.refresh_from_db()
    assert (hold.answer, hold.answered_by, hold.lifted_at) == ("事情が分かりました。", manager, TEN)


def test_a_carer_does_not_lift_it(hold, carer):
    with on_duty(carer, TEN):
        with pytest.raises(BookingRefused) as refused:
            use_holds.answer(hold=hold, words="x", lifts=True, by=carer, at=TEN)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE booking_usehold SET lifted_at = now()")
            assert cursor.rowcount == 0

    assert refused.value.kind == Reason.MANAGERS_ONLY


def test_another_facility_s_manager_does_not_lift_it(hold):
    """Not even of the facility where it arose, who reads it."""
    other = StaffUserFactory.create(username="H5009")
    FacilityMembershipFactory.create(
        user=other, facility=facility("hikarigaoka"), role=Role.MANAGER
    )
    with on_duty(other, TEN), connection.cursor() as cursor:
        assert UseHold.objects.count() == 1
        cursor.execute("UPDATE booking_usehold SET lifted_at = now()")
        assert cursor.rowcount == 0

    hold.refresh_from_db()
    assert hold.lifted_at is None
