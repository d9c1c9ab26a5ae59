"""Booking for a caller: whom staff looked up they may book, anywhere, and nobody else."""

import datetime as dt
import uuid

import psycopg
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from booking import callers, phone
from booking.actions import look_ups, promises, requests
from booking.actions.bookings import Wish
from booking.enums import Accepts, BookingState, Channel
from booking.family import applicant_of
from booking.models import Booking, BookingRequest, Fee, UseRule
from booking.refusals import Reason
from history import clock, context
from history.enums import Act
from history.models import Entry
from history.walls import STAFF
from records.actions.emergencies import Sought
from records.models import AccessLease, Child, OutgoingMail
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory, HouseholdFactory, ParentFactory, facility
from tests.records.worker import as_worker

DAY = coming_monday()
TEN = clock.at(DAY, dt.time(10))
NOON = clock.at(DAY, dt.time(12))
THERE = "hikarigaoka"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def family(database):
    """At home at 関, where a carer of 練馬 has nothing to read."""
    household = HouseholdFactory.create(home_facility=facility("seki"), street="関町北印")
    ParentFactory.create(
        household=household, email="caller@example.jp", family_name="電話印", given_name="母",
        mobile_phone="09011112222", is_first_contact=True,
    )  # fmt: skip
    return household


@pytest.fixture
def child(family):
    return ChildFactory.create(
        household=family, registered=True, family_name="電話印", given_name="花",
        family_name_kana="デンワ", given_name_kana="ハナ",
    )  # fmt: skip


@pytest.fixture
def slots(database):
    return [slots_of_day(code) for code in ("nerima", THERE)]


def look_up(child, at):
    answer = look_ups.look_up(
        sought=Sought(code=child.code), facility_id=facility("nerima").pk, day=DAY, at=at
    )
    return answer.number


def caller_of(child, at):
    return callers.caller_of(look_up(child, at))


def wish(caller, start=TEN, end=NOON, code=THERE):
    return Wish(caller.child, facility(code), start, end, caller=caller)


def submit(caller, carer, at, *, key=None, channel=Channel.PHONE, wishes=None, **fields):
    return requests.submit(
        wishes=wishes or [wish(caller)],
        by=carer,
        at=at,
        key=key or uuid.uuid4(),
        channel=channel,
        **fields,
    )


def test_staff_book_a_looked_up_child_at_another_facility(child, carer, slots):
    at = clock.now()
    with on_duty(carer, at):
        answer = submit(caller_of(child, at), carer, at, channel=Channel.COUNTER)

    booking = Booking.objects.get()
    assert [each.pk for each in answer.bookings] == [booking.pk]
    assert (booking.state, booking.facility.code) == (BookingState.CONFIRMED, THERE)
    assert (booking.request.channel, booking.request.requested_by) == ("counter", carer)
    # What the carer could not read stands there all the same.
    assert (booking.child_name, booking.child_name_kana, booking.child_code) == (
        "電話印 花", "デンワ ハナ", child.code,
    )  # fmt: skip
    assert (booking.payer_name, booking.payer_phone) == ("電話印 母", "09011112222")
    assert booking.household_id == child.household_id
    assert Fee.objects.get(booking=booking).care_amount > 0
    assert AccessLease.objects.get(cause=booking.pk).facility.code == THERE


def test_the_worker_tells_the_family(child, carer, slots):
    at = clock.now()
    with on_duty(carer, at):
        answer = submit(caller_of(child, at), carer, at)
    assert not OutgoingMail.objects.exists()
    job = ProcrastinateJob.objects.get(task_name="booking.tell_booked")

    with as_worker(), context.acting("system:mail"):
        promises.tell_booked(request_id=uuid.UUID(job.args["request_id"]))

    letter = OutgoingMail.objects.get()
    assert letter.recipient == "caller@example.jp"
    assert str(answer.bookings[0].pk) in letter.message


def test_nothing_of_the_record_is_opened_by_it(child, carer, slots):
    """The booking is seen for as long as the look-up counts; child, family and others' bookings
    never."""
    other = BookingFactory.create(starts_at=clock.at(DAY, dt.time(13)))
    at = clock.now()
    with on_duty(carer, at):
        submit(caller_of(child, at), carer, at)
    assert Booking.objects.count() == 2

    def seen(moment):
        with on_duty(carer, moment):
            return (
                [each.pk for each in Booking.objects.all()],
                Child.objects.filter(pk=child.pk).exists(),
                child.household.parents.exists(),
            )

    booked = Booking.objects.exclude(pk=other.pk).get().pk
    assert seen(at + MINUTE) == ([booked], False, False)
    assert seen(at + 30 * MINUTE) == ([], False, False)


def test_a_look_up_counts_for_half_an_hour_and_for_its_person(child, carer, manager, slots):
    at = clock.now()
    with on_duty(carer, at):
        number = look_up(child, at)

    def known(person, moment):
        with on_duty(person, moment):
            return callers.caller_of(number) is not None

    assert known(carer, at + 29 * MINUTE)
    assert not known(carer, at + 30 * MINUTE)
    assert not known(manager, at + MINUTE)


def test_raw_sql_books_nobody_who_was_not_looked_up(real_database, child, carer, carer_elsewhere):
    """The same statement goes through right after the look-up, and after half an hour no more."""
    slots_of_day()
    model = BookingFactory.create(child=child)
    request, rule = model.request_id, model.use_rule_id
    at = clock.now()

    def insert(connected, start):
        connected.execute(
            "INSERT INTO booking_booking (id, child_id, household_id, facility_id, starts_at,"
            " ends_at, state, request_id, child_name, child_name_kana, child_code, payer_name,"
            " payer_phone, age_years, class_age, staffing_group, seat_kind, misfit, use_rule_id)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, 'confirmed', %s, '', '', '', '', '',"
            " 2, 2, 'ones_twos', '', '', %s)",
            [
                child.pk, child.household_id, facility(THERE).pk, start, start + 30 * MINUTE,
                request, rule,
            ],
        )  # fmt: skip

    def at_work(person, code, moment):
        return real_database.connect(
            STAFF, actor=person.pk, role="carer", facilities=f"{{{facility(code).pk}}}",
            at=moment.isoformat(),
        )  # fmt: skip

    # Not even where the child is at home or the carer works.
    for person, code in ((carer, "nerima"), (carer_elsewhere, THERE)):
        with (
            at_work(person, code, at) as staff,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            insert(staff, TEN + dt.timedelta(hours=5))
    with at_work(carer, "nerima", at) as staff:
        staff.execute(
            "SELECT * FROM booking_look_up(%s, '', NULL, %s, %s)", [child.code, DAY, rule]
        )
        insert(staff, TEN + dt.timedelta(hours=5))
        staff.rollback()
    with at_work(carer, "nerima", at) as staff:
        staff.execute(
            "SELECT * FROM booking_look_up(%s, '', NULL, %s, %s)", [child.code, DAY, rule]
        )
        staff.commit()
    with (
        at_work(carer, "nerima", at + 30 * MINUTE) as staff,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        insert(staff, TEN + dt.timedelta(hours=6))


def test_a_look_up_can_t_be_forged(child, carer):
    at = clock.now()
    forged = {
        "at": at, "actor": str(carer.pk), "role": "carer", "facility": facility("nerima").pk,
        "entry": "staff", "child_ids": [child.pk],
    }  # fmt: skip
    with on_duty(carer, at):
        Entry.objects.create(act=Act.LIST, **forged)
        with pytest.raises(Exception, match="row-level security"):
            Entry.objects.create(act=Act.LOOK_UP, **forged)


def test_staff_change_no_slot_s_ceilings_elsewhere(child, carer, slots):
    """They count a seat there; places and staff they write where they work."""
    here, there = (each[0] for each in slots)
    at = clock.now()
    with on_duty(carer, at):
        assert type(here).objects.filter(pk=here.pk).update(staff=9) == 1
        assert type(there).objects.filter(pk=there.pk).update(held_back=1) == 1
        with pytest.raises(Exception, match="another facility"):
            type(there).objects.filter(pk=there.pk).update(staff=9)


def limit(**fields):
    values = {"span": "week", "most": 1, "measure": "uses", "subject": "child"} | fields
    UseRule.objects.get(valid_from=dt.date(2020, 1, 1)).limit_rows.create(**values)


@pytest.mark.parametrize(
    ("subject", "is_here_only", "refused"),
    [
        ("child", False, True),
        ("household", False, True),
        ("child", True, False),
        ("household", True, False),
    ],
)
def test_limits_count_what_the_staff_can_t_see(
    family, child, carer, slots, subject, is_here_only, refused
):
    """Booked by the parent at 光が丘; asked for by telephone at 練馬, where nothing of it shows."""
    limit(subject=subject, is_here_only=is_here_only)
    booked = child
    if subject == "household":
        booked = ChildFactory.create(household=family, registered=True, given_name="兄")
    BookingFactory.create(child=booked, starts_at=clock.at(DAY, dt.time(13)))
    at = clock.now()

    with on_duty(carer, at):
        caller = caller_of(child, at)
        answer = submit(caller, carer, at, wishes=[wish(caller, code="nerima")])

    assert [each.error.kind for each in answer.refusals] == (
        [Reason.LIMIT_REACHED] if refused else []
    )


def test_what_is_not_looked_up_is_not_counted_out(family, child, carer, other_parent):
    """The function that limits ask gives nothing for a child nobody looked up."""
    limit()
    other = BookingFactory.create(child=Child.objects.get(household__parents__user=other_parent))
    BookingFactory.create(child=child, starts_at=clock.at(DAY, dt.time(14)))
    at = clock.now()
    rule = UseRule.objects.get(valid_from=dt.date(2020, 1, 1))
    with on_duty(carer, at):
        caller = caller_of(child, at)
        here = facility("nerima").pk
        args = (here, rule.limits, DAY, clock.local(at).date())
        assert len(callers.stays(caller.child, *args)) == 1
        assert callers.stays(other.child, *args) == []


def test_the_rules_of_the_telephone_hold(child, carer, slots):
    """After the telephone's own deadline it is too late; before its hour on the first day too."""
    UseRule.objects.update(phone_cut_off_days=0, phone_cut_off_at=dt.time(8))
    in_time, late = clock.at(DAY, dt.time(7, 59)), clock.at(DAY, dt.time(8))
    with on_duty(carer, late):
        refused = submit(caller_of(child, late), carer, late).refusals
    with on_duty(carer, in_time):
        booked = submit(caller_of(child, in_time), carer, in_time).bookings

    assert [each.error.kind for each in refused] == [Reason.TOO_LATE]
    assert len(booked) == 1


def test_a_double_tap_gives_one_booking_and_its_answer(child, carer, slots):
    at, key = clock.now(), uuid.uuid4()
    with on_duty(carer, at):
        caller = caller_of(child, at)
        wishes = [wish(caller), wish(caller, code="nerima")]
        answers = [
            submit(caller, carer, at, key=key, wishes=wishes, accepts=Accepts.WHAT_FITS)
            for _tap in range(2)
        ]

    assert Booking.objects.count() == BookingRequest.objects.count() == 1
    first, second = answers
    assert [each.pk for each in first.bookings] == [each.pk for each in second.bookings]
    assert [each.error.kind for each in second.refusals] == [Reason.ALREADY_BOOKED]


def test_places_are_those_for_the_child_s_age(child, carer, slots):
    """A facility that is full for its age says so, and the other one takes the booking."""
    type(slots[0][0]).objects.filter(facility__code="nerima").update(
        under_two_limit=0, two_up_limit=0
    )
    at = clock.now()
    with on_duty(carer, at):
        found = phone.places(
            caller_of(child, at), TEN, NOON, at=at, channel=Channel.PHONE, by=carer
        )

    by_code = {each.facility.code: each for each in found}
    assert (by_code["nerima"].left, by_code["nerima"].refusal.kind) == (0, Reason.FULL)
    assert by_code[THERE].refusal is None
    assert by_code[THERE].left > 0


def test_the_record_of_a_caller_stays_closed(child, carer):
    at = clock.now()
    with on_duty(carer, at):
        caller = caller_of(child, at)
        assert caller.name == "電話印 花"
        with pytest.raises(Child.DoesNotExist):
            caller.child.refresh_from_db()


def test_what_rules_ask_is_what_the_register_says(child, carer):
    at = clock.now()
    with on_duty(carer, at):
        caller = caller_of(child, at)

    assert caller.applicant == applicant_of(child, clock.local(at).date())
