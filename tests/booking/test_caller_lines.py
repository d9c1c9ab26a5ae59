"""What a caller waits for, answered by staff of whatever facility for whom they looked up."""

import datetime as dt
import uuid

import psycopg
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from booking import callers
from booking.actions import look_ups, offers, promises, waitings
from booking.enums import BookingState, Channel, WaitingState
from booking.enums_calls import CallKind, CallResult
from booking.models import Booking, BookingTransition, Call, Fee, UseRule, Waiting, WaitingChild
from booking.refusals import BookingRefused, Reason
from history import context
from history.walls import STAFF
from records.actions.emergencies import Sought
from records.models import AccessLease, OutgoingMail
from tests.booking.staff_at_work import on_duty
from tests.booking.waiting_families import (
    DAY,
    MINUTE,
    NOW,
    account,
    book,
    cancel,
    family,
    held_back,
    moment,
    one_place,
    states,
    wait,
    work,
)
from tests.factories.booking import slots_of_day
from tests.factories.records import ChildFactory, facility
from tests.records.worker import as_worker


@pytest.fixture
def sold(database):
    """The one place of 光が丘 from ten to one is somebody's."""
    one_place()
    return book(family())


@pytest.fixture
def offered(sold):
    """To a family without e-mail."""
    child = family(email="")
    line = wait(child)
    cancel(sold)
    work()
    line.refresh_from_db()
    assert line.state == WaitingState.OFFERED
    return line


def offered_to_two():
    """Two places that came free, to a family of two children without e-mail."""
    slots_of_day(places=2)
    sold = [book(family()), book(family())]
    child = family(email="")
    sister = ChildFactory.create(
        registered=True, household=child.household, date_of_birth=child.date_of_birth
    )
    line = wait(child, sister)
    for booking in sold:
        cancel(booking)
    work()
    line.refresh_from_db()
    assert line.state == WaitingState.OFFERED
    return line, child, sister


def child_of(line):
    return line.children.order_by("child_name").first().child


def look_up(child, at=NOW):
    answer = look_ups.look_up(
        sought=Sought(code=child.code), facility_id=facility("nerima").pk, day=DAY, at=at
    )
    return callers.caller_of(answer.number)


def accept(line, carer, at=NOW, child=None):
    found = callers.line_of(look_up(child or child_of(line), at), line.pk)
    return waitings.accept(
        waiting=found.waiting, by=carer, at=at, channel=Channel.PHONE, callers=found.children
    )


def enter(child, carer, at=NOW, hours=(10, 13)):
    """Staff of 練馬 put a caller on the list of 光が丘."""
    caller = look_up(child, at)
    return waitings.join(
        children=[caller.child], facility=facility("hikarigaoka"), starts_at=moment(hours[0]),
        ends_at=moment(hours[1]), by=carer, at=at, channel=Channel.PHONE, callers=[caller],
    )  # fmt: skip


def test_staff_elsewhere_enter_a_family_that_is_offered_the_place(sold, carer):
    """One without e-mail: a call asks it."""
    child = family(email="")
    with on_duty(carer, NOW):
        entered, again = (enter(child, carer) for _tap in range(2))

    line = Waiting.objects.get()
    assert {entered.pk, again.pk} == {line.pk}
    assert (line.household, line.joined_by, line.joined_at) == (child.household, carer, NOW)
    waits = line.children.get()
    assert (waits.child, waits.child_name, waits.child_code) == (child, child.full_name, child.code)
    cancel(sold)
    work()
    line.refresh_from_db()
    assert line.state == WaitingState.OFFERED
    assert Call.objects.get(kind=CallKind.OFFER).is_open


def test_the_worker_tells_a_family_that_was_entered(sold, carer):
    child = family(email="waits@example.jp")
    with on_duty(carer, NOW):
        enter(child, carer)
    assert "waits@example.jp" not in [each.recipient for each in OutgoingMail.objects.all()]
    job = ProcrastinateJob.objects.get(task_name="booking.tell_joined")

    with as_worker(), context.acting("system:mail"):
        offers.tell_joined(waiting_id=uuid.UUID(job.args["waiting_id"]))

    assert "waits@example.jp" in [each.recipient for each in OutgoingMail.objects.all()]


def test_staff_enter_by_the_rules_of_families(sold, carer):
    child = family()
    with on_duty(carer, NOW), pytest.raises(BookingRefused) as refused:
        enter(child, carer, hours=(14, 16))

    assert refused.value.kind == Reason.NOT_FULL
    assert not Waiting.objects.exists()


@pytest.mark.parametrize("with_child", [False, True])
def test_a_family_that_waits_with_others_is_not_entered_again(sold, carer, with_child):
    """Staff elsewhere see nobody of it whom they did not look up."""
    child = family(email="")
    sister = ChildFactory.create(
        registered=True, household=child.household, date_of_birth=child.date_of_birth
    )
    wait(*([child, sister] if with_child else [sister]))
    with on_duty(carer, NOW), pytest.raises(BookingRefused) as refused:
        enter(child, carer)

    assert refused.value.kind == Reason.ALREADY_WAITING
    assert Waiting.objects.count() == 1


def test_a_parent_takes_what_staff_entered(sold, carer, public_client, time_machine):
    time_machine.move_to(NOW)
    child = family()
    with on_duty(carer, NOW):
        line = enter(child, carer)
    cancel(sold)
    work()

    public_client.log_in(account(child)).post(f"{line.get_absolute_url()}accept/")

    assert states() == [WaitingState.BOOKED]


def test_nobody_is_entered_without_a_look_up(real_database, sold, carer):
    """Raw SQL: a line of a household that was looked up, in one's own name, now; and its child."""
    child, other = family(), family()
    rule = UseRule.objects.get(valid_from=dt.date(2020, 1, 1)).pk
    entered = {
        "id": uuid.uuid4(), "household_id": child.household_id, "by": carer.pk, "at": NOW,
        "facility_id": facility("hikarigaoka").pk, "from": moment(10), "to": moment(13),
    }  # fmt: skip

    def enter_line(looked_up=True, waits=child, **changed):
        with real_database.connect(
            STAFF, actor=carer.pk, role="carer", facilities=f"{{{facility('nerima').pk}}}",
            at=NOW.isoformat(),
        ) as staff:  # fmt: skip
            if looked_up:
                asked = "SELECT * FROM booking_look_up(%s, '', NULL, %s, %s)"
                staff.execute(asked, [child.code, DAY, rule])
            row = entered | changed
            staff.execute(
                "INSERT INTO booking_waiting (id, household_id, facility_id, starts_at, ends_at,"
                " state, joined_by_id, joined_at, priority, is_broadcast) VALUES (%(id)s,"
                " %(household_id)s, %(facility_id)s, %(from)s, %(to)s, 'waiting', %(by)s, %(at)s,"
                " 0, false)",
                row,
            )
            staff.execute(
                "INSERT INTO booking_waitingchild (id, waiting_id, child_id, child_name,"
                " child_code) VALUES (%s, %s, %s, 'x', 'x')",
                [uuid.uuid4(), row["id"], waits.pk],
            )
            staff.rollback()

    enter_line()
    for refused in (
        {"looked_up": False},
        {"household_id": other.household_id},
        {"waits": other},
        {"by": account(child).pk},
        {"at": NOW - MINUTE},
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            enter_line(**refused)


def test_the_page_of_a_full_time_leads_to_the_list(staff_client, carer, sold, time_machine):
    time_machine.move_to(NOW)
    child = family(email="")
    client = staff_client.log_in(carer)
    places = client.post("/phone/", {"code": child.code}).url.partition("?")[0]
    wanted = {"day": DAY.isoformat(), "start": "10:00", "end": "13:00"}

    page = client.get(f"{places}hikarigaoka/", {"channel": "phone"} | wanted).content.decode()
    assert f'action="{places}hikarigaoka/wait/?channel=phone"' in page
    answer = client.post(f"{places}hikarigaoka/wait/?channel=phone", wanted, follow=True)

    assert "キャンセル待ちを受け付けました。" in answer.content.decode()
    assert Waiting.objects.get().household == child.household
    refused = client.post(
        f"{places}hikarigaoka/wait/", wanted | {"start": "14:00", "end": "16:00"}, follow=True
    )
    assert Waiting.objects.count() == 1
    assert 'value="14:00" selected' in refused.content.decode()


def test_staff_elsewhere_say_yes_for_a_family(offered, carer):
    child = child_of(offered)
    with on_duty(carer, NOW):
        (booked,) = accept(offered, carer, child=child)

    booking = Booking.objects.get(pk=booked.pk)
    step = BookingTransition.objects.get(booking=booking, to_state=BookingState.CONFIRMED)
    assert (booking.state, states()) == (BookingState.CONFIRMED, [WaitingState.BOOKED])
    assert (step.channel, step.by, step.from_state) == (Channel.PHONE, carer, BookingState.OFFERED)
    assert Fee.objects.get(booking=booking).care_amount > 0
    assert AccessLease.objects.get(cause=booking.pk).facility.code == "hikarigaoka"
    assert held_back() == {}


def test_the_worker_tells_a_family_with_e_mail(sold, carer):
    child = family(email="waits@example.jp")
    line = wait(child)
    cancel(sold)
    work()
    OutgoingMail.objects.all().delete()
    with on_duty(carer, NOW):
        accept(line, carer, child=child)
    assert not OutgoingMail.objects.exists()
    job = ProcrastinateJob.objects.get(task_name="booking.tell_booked")

    with as_worker(), context.acting("system:mail"):
        promises.tell_booked(request_id=uuid.UUID(job.args["request_id"]))

    assert OutgoingMail.objects.get().recipient == "waits@example.jp"


def test_no_goes_on_to_the_next_family(offered, carer):
    child, following = child_of(offered), wait(family(), at=NOW + MINUTE)
    with on_duty(carer, NOW):
        found = callers.line_of(look_up(child), offered.pk)
        waitings.withdraw(waiting=found.waiting, by=carer, at=NOW, channel=Channel.COUNTER)

    step = BookingTransition.objects.get(to_state=BookingState.WITHDRAWN)
    assert (step.channel, step.by) == (Channel.COUNTER, carer)
    assert states() == [WaitingState.WITHDRAWN, WaitingState.WAITING]
    assert set(held_back().values()) == {1}
    work()
    following.refresh_from_db()
    assert following.state == WaitingState.OFFERED


def test_the_call_is_settled_by_the_answer(offered, carer_elsewhere):
    """By the facility's own people; a call of another facility the worker ends."""
    child = child_of(offered)
    assert Call.objects.get(kind=CallKind.OFFER).is_open
    with on_duty(carer_elsewhere, NOW):
        accept(offered, carer_elsewhere, child=child)

    call = Call.objects.get(kind=CallKind.OFFER)
    assert (call.result, call.called_by) == (CallResult.REACHED, carer_elsewhere)


def test_a_second_tap_finds_the_bookings(offered, carer):
    child = child_of(offered)
    with on_duty(carer, NOW):
        first, second = (accept(offered, carer, child=child) for _tap in range(2))

    assert [each.pk for each in first] == [each.pk for each in second]
    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == 1


def test_the_first_to_answer_has_it_by_telephone_too(sold, carer):
    """Near the use all are asked: the request is the telephone's then."""
    first, second = family(email=""), family(email="")
    lines = [wait(first), wait(second)]
    near = sold.starts_at - 30 * MINUTE
    cancel(sold, at=near - MINUTE)
    work(near)
    assert set(states()) == {WaitingState.OFFERED}
    with on_duty(carer, near):
        (booked,) = accept(lines[1], carer, near, child=second)
        with pytest.raises(BookingRefused) as refused:
            accept(lines[0], carer, near, child=first)

    assert refused.value.kind == Reason.TAKEN
    assert Booking.objects.get(pk=booked.pk).request.channel == Channel.PHONE


def test_sisters_and_brothers_are_looked_up_as_well(database, carer):
    """Until then nothing of them shows, and the line can't be answered."""
    line, child, sister = offered_to_two()
    with on_duty(carer, NOW):
        (alone,) = callers.lines_of(look_up(child))
        seen = WaitingChild.objects.filter(waiting=line).count()
        assert not Waiting.objects.filter(pk=line.pk).update(state=WaitingState.WITHDRAWN)
        (both,) = callers.lines_of(look_up(sister))
        prices = waitings.quoted(both.waiting, at=NOW, callers=both.children)
        waitings.accept(
            waiting=both.waiting, by=carer, at=NOW, channel=Channel.PHONE, callers=both.children
        )

    assert (alone.missing, alone.codes, seen, len(alone.children)) == (1, [], 1, 1)
    assert (both.missing, len(prices)) == (0, 2)
    assert Booking.objects.filter(state=BookingState.CONFIRMED).count() == 2


def test_limits_count_sisters_and_brothers_once(database, carer):
    """Two uses in a week are theirs, and those are the two that are offered."""
    UseRule.objects.get(valid_from=dt.date(2020, 1, 1)).limit_rows.create(
        span="week", most=2, measure="uses", subject="household"
    )
    line, child, sister = offered_to_two()
    with on_duty(carer, NOW):
        look_up(sister)
        accept(line, carer, child=child)

    assert states() == [WaitingState.BOOKED]


def test_nobody_is_answered_for_without_a_look_up(real_database, sold, carer, carer_elsewhere):
    """Raw SQL: the state of a line goes through right after the look-up, and in no other case."""
    child, other = family(email=""), family(email="")
    line, foreign = wait(child), wait(other)
    rule = UseRule.objects.get(valid_from=dt.date(2020, 1, 1)).pk

    def at_work(person, code, role, moment=NOW):
        return real_database.connect(
            STAFF, actor=person.pk, role=role, facilities=f"{{{facility(code).pk}}}",
            at=moment.isoformat(),
        )  # fmt: skip

    def answer(connected, number):
        asked = "UPDATE booking_waiting SET state = 'withdrawn' WHERE id = %s"
        return connected.execute(asked, [number]).rowcount

    def ask(connected):
        connected.execute(
            "SELECT * FROM booking_look_up(%s, '', NULL, %s, %s)", [child.code, DAY, rule]
        )

    # Nobody looked up: a carer finds no row, and who may move a line may not end it.
    with at_work(carer, "nerima", "carer") as staff:
        assert answer(staff, line.pk) == 0
    with (
        at_work(carer_elsewhere, "hikarigaoka", "manager") as staff,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        answer(staff, line.pk)
    # Looked up: this household's, and neither another's, nor its place, nor another state.
    with at_work(carer, "nerima", "carer") as staff:
        ask(staff)
        assert (answer(staff, line.pk), answer(staff, foreign.pk)) == (1, 0)
        staff.rollback()
    for change in ("priority = -1, priority_reason = 'x'", "state = 'lapsed'"):
        with at_work(carer, "nerima", "carer") as staff:
            ask(staff)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                staff.execute(f"UPDATE booking_waiting SET {change} WHERE id = %s", [line.pk])
    # Half an hour later it is over.
    with at_work(carer, "nerima", "carer") as staff:
        ask(staff)
        staff.commit()
    with at_work(carer, "nerima", "carer", NOW + 29 * MINUTE) as staff:
        assert answer(staff, line.pk) == 1
        staff.rollback()
    with at_work(carer, "nerima", "carer", NOW + 30 * MINUTE) as staff:
        assert answer(staff, line.pk) == 0


def test_the_card_leads_to_the_answer(staff_client, carer_elsewhere, sold, time_machine):
    """From the call over the look-up to the number that is read aloud, which ends the call."""
    time_machine.move_to(NOW)
    child = family(email="")
    line = wait(child)
    cancel(sold)
    work()
    client = staff_client.log_in(carer_elsewhere)

    assert f'name="code" value="{child.code}"' in client.get("/calls/").content.decode()
    places = client.post("/phone/", {"code": child.code}).url
    page = client.get(places).content.decode()
    address = f"{places.partition('?')[0]}waiting/{line.pk}/"
    assert f'action="{address}?channel=phone"' in page
    assert "空きをご案内しています。" in page
    done = client.get(client.post(f"{address}?channel=phone", {"answer": "yes"}).url)

    assert Booking.objects.get(child=child).request.number in done.content.decode()
    assert Call.objects.get(kind=CallKind.OFFER).result == CallResult.REACHED


def test_the_page_takes_no_as_well(staff_client, carer, sold, time_machine):
    time_machine.move_to(NOW)
    child = family(email="")
    line = wait(child)
    client = staff_client.log_in(carer)
    places = client.post("/phone/", {"code": child.code}).url.partition("?")[0]

    answer = client.post(f"{places}waiting/{line.pk}/?channel=counter", {"answer": "no"})

    assert answer.url.startswith(places)
    assert states() == [WaitingState.WITHDRAWN]
    foreign = wait(family())
    assert client.post(f"{places}waiting/{foreign.pk}/", {"answer": "no"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == WaitingState.WAITING


def test_the_page_asks_for_sisters_and_brothers(
    staff_client, carer_elsewhere, time_machine, database
):
    time_machine.move_to(NOW)
    line, child, sister = offered_to_two()
    client = staff_client.log_in(carer_elsewhere)
    places = client.post("/phone/", {"code": child.code}).url.partition("?")[0]

    client.post(f"{places}waiting/{line.pk}/", {"answer": "yes"})
    page = client.get(places).content.decode()

    assert states() == [WaitingState.OFFERED]
    assert "ごきょうだいも照会してから、お返事を記録してください。" in page
    assert f'name="code" value="{sister.code}"' in page
