"""Booking and cancelling, one behaviour at a time."""

import datetime as dt
import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.actions import bookings, cancellations, requests
from booking.enums import BookingState, Channel, StaffingGroup
from booking.models import Booking, BookingTransition, Fee, Slot, Tariff, UseRule
from booking.refusals import BookingRefused, KeyReused, Reason, SlotFull
from history import clock
from records.enums import Answer, Confirmation, RegistrationState
from records.models import AccessLease, OutgoingMail, Registration
from tests.booking.recount import differences
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory, facility
from tests.people import child_of

DAY = coming_monday()
TEN = clock.at(DAY, dt.time(10))
ONE = clock.at(DAY, dt.time(13))
NOW = TEN - dt.timedelta(days=3)


def book(parent, **changes):
    wish = {
        "child": None, "facility": facility("hikarigaoka"), "starts_at": TEN, "ends_at": ONE,
        "by": parent, "at": NOW, "key": uuid.uuid4(),
    }  # fmt: skip
    wish |= changes
    wish["child"] = wish["child"] or child_of(parent)
    return requests.book(**wish)


def taken(code="hikarigaoka"):
    """Places taken by half hour, for the half hours in which there are any."""
    slots = Slot.objects.filter(facility__code=code, taken__gt=0)
    return {f"{clock.local(slot.starts_at):%H:%M}": slot.taken for slot in slots}


@pytest.fixture
def slots(database):
    return slots_of_day()


def test_request_takes_a_place_in_each_half_hour(parent, slots):
    booking = book(parent)

    assert booking.state == BookingState.CONFIRMED
    assert taken() == dict.fromkeys(["10:00", "10:30", "11:00", "11:30", "12:00", "12:30"], 1)


def test_request_keeps_what_was_true(parent, slots):
    booking = book(parent)
    booking.refresh_from_db()

    assert (booking.child_name, booking.payer_name) == ("林 一花", "林 𠮷乃")
    assert booking.payer_phone == "09012345678"
    assert (booking.age_years, booking.staffing_group) == (2, StaffingGroup.ONES_TWOS)
    assert booking.request.channel == Channel.WEB


def test_request_writes_transition_fee_lease_and_mail(parent, slots):
    booking = book(parent)

    step = booking.transitions.get()
    assert (step.from_state, step.to_state, step.by) == ("", BookingState.CONFIRMED, parent)
    assert booking.fee.amount == 6 * 250
    lease = AccessLease.objects.get(cause=booking.pk)
    assert lease.ends_at == booking.ends_at + dt.timedelta(days=7)
    assert OutgoingMail.objects.get().recipient == "hayashi@example.jp"


def test_the_same_form_sent_twice_is_one_booking(parent, slots):
    key = uuid.uuid4()
    first = book(parent, key=key)

    second = book(parent, key=key, at=NOW + dt.timedelta(minutes=1))

    assert second == first
    assert Booking.objects.count() == Fee.objects.count() == OutgoingMail.objects.count() == 1
    assert set(taken().values()) == {1}


def test_a_repeated_form_is_answered_before_any_rule(parent, slots):
    key = uuid.uuid4()
    first = book(parent, key=key)

    assert book(parent, key=key, at=ONE + dt.timedelta(days=1)) == first


def test_a_key_with_other_content_is_refused(parent, slots):
    key = uuid.uuid4()
    book(parent, key=key)

    with pytest.raises(KeyReused):
        book(parent, key=key, ends_at=ONE + dt.timedelta(minutes=30))


def test_a_refusal_does_not_keep_the_key(parent, slots):
    key = uuid.uuid4()
    with pytest.raises(BookingRefused):
        book(parent, key=key, at=TEN)

    assert book(parent, key=key).request.key == key


def test_keys_of_two_accounts_do_not_meet(parent, other_parent, slots):
    key = uuid.uuid4()

    assert book(parent, key=key) != book(other_parent, key=key)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"at": TEN - dt.timedelta(days=40)}, Reason.NOT_OPEN_YET),
        ({"at": TEN - dt.timedelta(hours=1)}, Reason.TOO_LATE),
        ({"ends_at": TEN + dt.timedelta(minutes=30)}, Reason.TOO_SHORT),
        ({"ends_at": TEN + dt.timedelta(hours=9)}, Reason.TOO_LONG),
        ({"ends_at": clock.at(DAY, dt.time(17, 30))}, Reason.CLOSED),
        ({"starts_at": clock.at(DAY, dt.time(8, 30))}, Reason.CLOSED),
        ({"starts_at": clock.at(DAY, dt.time(10, 10))}, Reason.OFF_STEP),
    ],
)
def test_request_refused_by_time(parent, slots, changes, reason):
    long_ago = DAY - dt.timedelta(days=365)
    Registration.objects.update(usable_from=long_ago, bookable_from=long_ago)

    with pytest.raises(BookingRefused) as refused:
        book(parent, **changes)

    assert refused.value.kind == reason
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: set_state(c, RegistrationState.SUSPENDED), Reason.NOT_REGISTERED),
        (lambda c: expire(c, DAY - dt.timedelta(days=1)), Reason.REGISTRATION_ENDS),
        (lambda c: expire(c, NOW.date() - dt.timedelta(days=1)), Reason.NOT_REGISTERED),
        (lambda c: c.care_needs.update(confirmation=Confirmation.UNCONFIRMED),
         Reason.NEEDS_UNCONFIRMED),
        (lambda c: born(c, DAY - dt.timedelta(days=100)), Reason.TOO_YOUNG),
        (lambda c: born(c, DAY - dt.timedelta(days=8 * 365)), Reason.SCHOOL_AGE),
    ],
)  # fmt: skip
def test_request_refused_by_the_child(parent, slots, change, reason):
    change(child_of(parent))

    with pytest.raises(BookingRefused) as refused:
        book(parent)

    assert refused.value.kind == reason
    assert taken() == {}


def set_state(child, state):
    child.registration.state = state
    child.registration.save()


def expire(child, day):
    row = child.registration
    row.renewal_opens_on = row.renewal_closes_on = row.expires_on = day
    row.save()


def born(child, day):
    child.date_of_birth = day
    child.save()


def test_request_refused_when_full_names_the_half_hour(parent, slots):
    Slot.objects.filter(pk=slots[4].pk).update(places=0)

    with pytest.raises(SlotFull, match="11:00"):
        book(parent)

    assert taken() == {}


def test_request_refused_when_staff_are_too_few(parent, slots):
    Slot.objects.filter(pk=slots[3].pk).update(staff=1)

    with pytest.raises(SlotFull, match="10:30"):
        book(parent)


def test_request_refused_at_the_infant_limit(parent, slots):
    Slot.objects.update(infant_limit=0)
    child = child_of(parent)
    infant = ChildFactory.create(
        household=child.household, registered=True, date_of_birth=DAY - dt.timedelta(days=300)
    )

    with pytest.raises(SlotFull):
        book(parent, child=infant)

    assert book(parent, child=child).staffing_group == StaffingGroup.ONES_TWOS


def test_request_refused_while_the_child_is_elsewhere(parent, slots):
    slots_of_day("nerima")
    book(parent)

    with pytest.raises(BookingRefused) as refused, transaction.atomic():
        book(parent, facility=facility("nerima"), starts_at=TEN + dt.timedelta(hours=2),
             ends_at=ONE + dt.timedelta(hours=1))  # fmt: skip

    assert refused.value.kind == Reason.ALREADY_BOOKED
    assert taken("nerima") == {}


def test_a_child_may_go_on_elsewhere_at_once(parent, slots):
    slots_of_day("nerima")
    book(parent)

    assert book(
        parent, facility=facility("nerima"), starts_at=ONE, ends_at=ONE + dt.timedelta(hours=1)
    )


def test_a_refused_last_step_leaves_nothing(parent, slots, monkeypatch):
    """The slots filled up between the look and the lock."""
    look = bookings.look

    def look_then_fill(wish, usable=(None,)):
        found = look(wish, usable)
        Slot.objects.filter(pk=found[0][0]).update(places=0)
        return found

    monkeypatch.setattr(bookings, "look", look_then_fill)

    with pytest.raises(SlotFull), transaction.atomic():
        book(parent)

    models = (Booking, BookingTransition, Fee, AccessLease, OutgoingMail)
    assert [model.objects.count() for model in models] == [0] * len(models)


def test_staff_book_by_telephone_after_the_parents_cut_off(parent, carer_elsewhere, slots):
    booking = book(
        parent, by=carer_elsewhere, channel=Channel.PHONE, at=TEN - dt.timedelta(minutes=1)
    )

    assert booking.request.requested_by == carer_elsewhere


def test_cancel_is_free_until_the_evening_before(parent, slots):
    booking = book(parent)

    cancelled = cancellations.cancel(booking=booking, by=parent, at=TEN - dt.timedelta(hours=18))

    fee = Fee.objects.get(booking=cancelled)
    assert cancelled.state == BookingState.CANCELLED_FREE
    assert (fee.amount, taken()) == (0, {})


def test_cancel_on_the_day_costs_and_frees_the_seat(parent, slots):
    booking = book(parent)

    cancelled = cancellations.cancel(booking=booking, by=parent, at=TEN - dt.timedelta(hours=1))

    fee = Fee.objects.get(booking=cancelled)
    assert cancelled.state == BookingState.CANCELLED_CHARGED
    assert (fee.care_amount, fee.cancellation_amount, fee.amount) == (0, 1500, 1500)
    assert taken() == {}


def test_cancel_twice_is_once(parent, slots):
    booking = book(parent)
    cancellations.cancel(booking=booking, by=parent, at=NOW)

    again = cancellations.cancel(booking=booking, by=parent, at=NOW)

    assert again.state == BookingState.CANCELLED_FREE
    assert booking.transitions.count() == 2
    assert taken() == {}


def test_cancel_refused_once_the_use_has_begun(parent, slots):
    booking = book(parent)

    with pytest.raises(BookingRefused) as refused:
        cancellations.cancel(booking=booking, by=parent, at=TEN)

    assert refused.value.kind == Reason.TOO_LATE_TO_CANCEL


def test_cancel_gives_back_the_group_that_was_taken(parent, slots):
    booking = book(parent)
    born(child_of(parent), DAY - dt.timedelta(days=5 * 365))

    cancellations.cancel(booking=booking, by=parent, at=NOW)

    assert set(Slot.objects.values_list("ones_twos", "fours_up")) == {(0, 0)}


def test_the_slots_are_locked_last(parent, slots):
    """Whoever waits for a slot waits for the few statements between its lock and the commit."""
    with CaptureQueriesContext(connection) as captured:
        book(parent)

    statements = [query["sql"] for query in captured]
    lock = next(i for i, sql in enumerate(statements) if "FOR UPDATE" in sql and "slot" in sql)
    assert len(statements) - lock <= 4


def test_cancelling_locks_the_slots_last_too(parent, slots):
    booking = book(parent)
    with CaptureQueriesContext(connection) as captured:
        cancellations.cancel(booking=booking, by=parent, at=NOW)

    statements = [query["sql"] for query in captured]
    lock = next(i for i, sql in enumerate(statements) if "FOR UPDATE" in sql and "_slot" in sql)
    assert len(statements) - lock <= 4


def test_counters_are_really_compared(parent, slots):
    """The check after each test here sees a counter that is off."""
    book(parent)
    Slot.objects.filter(pk=slots[2].pk).update(taken=2, threes=1)

    found = differences()

    assert [row[0] for row in found] == [slots[2].pk]
    Slot.objects.filter(pk=slots[2].pk).update(taken=1, threes=0)


def test_unknown_allergies_need_confirmation_as_well(parent, slots):
    need = child_of(parent).care_needs.get(kind="allergy")
    need.answer, need.confirmation = Answer.UNKNOWN, Confirmation.UNCONFIRMED
    need.save()

    with pytest.raises(BookingRefused) as refused:
        book(parent)

    assert refused.value.kind == Reason.NEEDS_UNCONFIRMED


def test_a_booking_by_the_factory_is_a_booking(database):
    assert BookingFactory.create().transitions.count() == 1


@pytest.mark.parametrize("model", [UseRule, Tariff])
def test_a_day_for_which_nothing_is_decided_is_closed(parent, slots, model):
    model.objects.update(valid_to=DAY - dt.timedelta(days=1))

    with pytest.raises(BookingRefused) as refused:
        book(parent)

    assert refused.value.kind == Reason.CLOSED
