"""電話連絡: asked once, made by the facility's own people, and only where no mail goes."""

import datetime as dt
import email
import email.policy

import pytest

from booking.actions import calls
from booking.enums_calls import CallKind, CallResult
from booking.models import Call
from booking.refusals import CallEnded
from history import clock
from history.models import Entry
from records import mail
from records.models import OutgoingMail
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory, CallFactory
from tests.factories.records import ChildFactory, HouseholdFactory, ParentFactory, facility
from tests.records.worker import as_worker

HOUR = dt.timedelta(hours=1)


def ask(booking, at, **fields):
    return calls.ask(
        kind=CallKind.CLOSURE, household_id=booking.household_id,
        facility_id=booking.facility_id, booking=booking, due_at=at + HOUR, at=at, **fields,
    )  # fmt: skip


def test_asking_twice_finds_the_first(database):
    booking, at = BookingFactory.create(), clock.now()

    first, second = ask(booking, at), ask(booking, at)

    assert (second, Call.objects.count()) == (first, 1)


def test_asked_again_after_it_was_settled_is_another_call(database, carer_elsewhere):
    booking, at = BookingFactory.create(), clock.now()
    first = ask(booking, at)
    calls.note(call=first, result=CallResult.REACHED, by=carer_elsewhere, at=at)

    second = ask(booking, at)

    assert (second != first, second.is_open) == (True, True)


def test_a_moment_that_is_over_means_at_once(database):
    booking, at = BookingFactory.create(), clock.now()

    call = calls.ask(
        kind=CallKind.OFFER, household_id=booking.household_id, facility_id=booking.facility_id,
        due_at=at - HOUR, at=at,
    )  # fmt: skip

    assert call.due_at == at


def test_whoever_was_not_there_is_called_again(database, carer_elsewhere):
    call, at = CallFactory.create(), clock.now()

    for minutes in (0, 20):
        calls.note(
            call=call, result=CallResult.NO_ANSWER, by=carer_elsewhere,
            at=at + dt.timedelta(minutes=minutes),
        )  # fmt: skip

    call.refresh_from_db()
    assert (call.is_open, call.tries) == (True, 2)


def test_a_second_tap_finds_the_first(database, carer_elsewhere, clerk):
    call, at = CallFactory.create(), clock.now()
    calls.note(call=call, result=CallResult.REACHED, by=carer_elsewhere, at=at)

    calls.note(call=call, result=CallResult.REACHED, by=clerk, at=at + HOUR)

    call.refresh_from_db()
    assert (call.called_by, call.called_at, call.tries) == (carer_elsewhere, at, 1)


def test_another_result_is_refused_until_it_is_taken_back(database, carer_elsewhere):
    call, at = CallFactory.create(), clock.now()
    calls.note(call=call, result=CallResult.REACHED, by=carer_elsewhere, at=at)

    with pytest.raises(CallEnded):
        calls.note(call=call, result=CallResult.MESSAGE, by=carer_elsewhere, at=at)

    calls.reopen(call=call, by=carer_elsewhere, at=at)
    calls.note(call=call, result=CallResult.MESSAGE, by=carer_elsewhere, at=at)
    call.refresh_from_db()
    assert call.result == CallResult.MESSAGE


def test_what_is_not_needed_any_more_ends_only_where_it_is_open(database, carer_elsewhere):
    done, waiting = CallFactory.create_batch(2)
    at = clock.now()
    calls.note(call=done, result=CallResult.REACHED, by=carer_elsewhere, at=at)

    assert calls.withdraw(calls=[done.pk, waiting.pk], at=at) == 1

    assert dict(Call.objects.values_list("pk", "result")) == {
        done.pk: CallResult.REACHED, waiting.pk: CallResult.NOT_NEEDED,
    }  # fmt: skip


# Who is told by mail


def household(*addresses):
    """With a parent for each address; a star marks one from which mail came back."""
    made = HouseholdFactory.create()
    for address in addresses:
        ParentFactory.create(
            household=made, email=address.strip("*"), is_first_contact=False,
            bounced_at=clock.now() if address.endswith("*") else None,
        )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("addresses", "reached"),
    [
        ((), []),
        (("",), []),
        (("dead@example.jp*",), []),
        (("papa@example.jp",), ["papa@example.jp"]),
        (("dead@example.jp*", "papa@example.jp", ""), ["papa@example.jp"]),
    ],
)
def test_a_family_is_told_at_its_working_addresses(database, addresses, reached):
    family, booking = household(*addresses), BookingFactory.create()
    OutgoingMail.objects.all().delete()

    with as_worker():
        told = mail.tell(family.pk, "booking/email/cancelled", booking=booking)

    assert told is bool(reached)
    assert [each.recipient for each in OutgoingMail.objects.all()] == reached


def test_the_worker_names_nobody(database):
    family, booking = household("papa@example.jp"), BookingFactory.create()
    OutgoingMail.objects.all().delete()

    with as_worker():
        mail.tell(family.pk, "booking/email/cancelled", booking=booking)

    written = OutgoingMail.objects.get().message.encode()
    body = email.message_from_bytes(written, policy=email.policy.default).get_content()
    assert body.startswith("保護者の方へ\n")
    assert family.parents.get().family_name not in body


# The page


def test_the_page_lists_the_most_urgent_first(staff_client, carer_elsewhere):
    for number, name in ((1, "松"), (2, "竹")):
        child = ChildFactory.create(registered=True, family_name=name)
        booking = BookingFactory.create(child=child)
        CallFactory.create(booking=booking, due_at=clock.now() + HOUR * (3 - number))

    page = staff_client.log_in(carer_elsewhere).get("/calls/").content.decode()

    assert page.index("竹") < page.index("松")
    assert Entry.objects.filter(path="/calls/").get().act == "list"


def test_a_tap_over_the_entry_is_written_in_the_own_name(staff_client, carer_elsewhere):
    call = CallFactory.create()
    client = staff_client.log_in(carer_elsewhere)

    client.post(f"/calls/{call.pk}/result/", {"result": "no_answer"})
    page = client.get("/calls/").content.decode()
    assert "不在 1回" in page

    client.post(f"/calls/{call.pk}/result/", {"result": "reached"})

    call.refresh_from_db()
    assert (call.result, call.called_by, call.tries) == ("reached", carer_elsewhere, 2)
    page = client.get("/calls/").content.decode()
    assert ("電話をするご家庭はありません。" in page, "今日済んだ連絡" in page) == (True, True)

    client.post(f"/calls/{call.pk}/reopen/")
    call.refresh_from_db()
    assert call.result == "waiting"


def test_another_facility_neither_reads_nor_settles_it(staff_client, manager, carer_elsewhere):
    call = CallFactory.create()
    name = call.booking.payer_name
    there = staff_client.log_in(carer_elsewhere).get("/calls/").content.decode()
    assert name in there

    client = staff_client.log_in(manager)

    assert name not in client.get("/calls/").content.decode()
    assert client.post(f"/calls/{call.pk}/result/", {"result": "reached"}).status_code == 404
    with on_duty(manager, clock.now()):
        assert Call.objects.count() == 0
    call.refresh_from_db()
    assert call.is_open


def test_a_call_about_no_booking_asks_for_the_first_contact(staff_client, carer):
    family = HouseholdFactory.create(home_facility=facility("nerima"))
    ParentFactory.create(
        household=family, family_name="梅", mobile_phone="09012345678", is_first_contact=True
    )
    CallFactory.create(
        booking=None, household=family, facility=facility("nerima"), kind=CallKind.DRAWN,
        due_at=clock.now() + HOUR,
    )  # fmt: skip

    page = staff_client.log_in(carer).get("/calls/").content.decode()

    assert ("梅" in page, "09012345678" in page) == (True, True)
