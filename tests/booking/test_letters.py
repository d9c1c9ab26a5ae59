"""What a family must know: by mail with the reason in it, or by a call where no mail goes."""

import datetime as dt
import email
import email.policy

import pytest

from booking import letters
from booking.actions import absences, calls, cancellations, promises, use_holds
from booking.enums import BookingState
from booking.enums_calls import CALL_WORDS, CallKind, CallResult
from booking.models import Call, UnmetWish
from booking.refusals import PRIVATE, WAYS_ON, Reason
from history import clock, context
from records.models import OutgoingMail, Parent
from tests.factories.booking import BookingFactory, CallFactory, UseHoldFactory
from tests.records.worker import as_worker

HOUR, ONE_DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
EVENTS = [
    ("approved", CallKind.APPROVED),
    ("declined", CallKind.DECLINED),
    ("absent", CallKind.ABSENT),
    ("turned_away", CallKind.TURNED_AWAY),
]


@pytest.fixture
def booking(database):
    made = BookingFactory.create()
    Parent.objects.filter(household=made.household).update(email="papa@example.jp")
    OutgoingMail.objects.all().delete()
    return made


def without_mail(family):
    Parent.objects.filter(household=family).update(email="")


def bodies():
    written = [each.message.encode() for each in OutgoingMail.objects.all()]
    return [
        email.message_from_bytes(each, policy=email.policy.default).get_content()
        for each in written
    ]


def unmet(booking, reason, detail):
    """What of a request made on the telephone could not be had."""
    UnmetWish.objects.create(
        request=booking.request, child=booking.child, facility=booking.facility,
        starts_at=booking.starts_at + ONE_DAY, ends_at=booking.ends_at + ONE_DAY,
        reason=reason, detail=detail,
    )  # fmt: skip
    with as_worker(), context.acting("system:mail"):
        promises.tell_booked(request_id=booking.request_id)
    (body,) = bodies()
    return body


# The reason


def test_the_mail_says_why_and_what_to_do_instead(booking):
    day = booking.day + ONE_DAY

    body = unmet(booking, Reason.FULL, "10:00から10:30まで")

    assert "　　　空きがありません。 10:00から10:30まで\n" in body
    assert f"　　　{WAYS_ON[Reason.FULL]}\n" in body
    waits = f"/booking/hikarigaoka/wait/?day={day.isoformat()}&start=10:00&end=13:00\n"
    assert waits in body
    assert body.rstrip().count("/booking/availability/") == 1


def test_only_what_is_full_can_be_waited_for(booking):
    body = unmet(booking, Reason.TOO_LONG, "120分まで予約できます。")

    assert "　　　利用時間が長すぎます。 120分まで予約できます。\n" in body
    assert "/wait/" not in body


@pytest.mark.parametrize("reason", sorted(PRIVATE))
def test_what_is_said_of_child_or_family_stands_on_the_page_alone(booking, reason):
    body = unmet(booking, reason, "2026年12月15日までです。")

    assert "理由は、次の画面でご確認ください。" in body
    assert f"/booking/requests/{booking.request_id}/\n" in body
    for words in (str(reason.label), "12月15日", str(WAYS_ON[reason])):
        assert words not in body


# Mail or a call


def send(booking, event, at):
    with as_worker(), context.acting("system:mail", at=at):
        return letters.send(booking_id=booking.pk, event=f"booking/email/{event}", at=at)


@pytest.mark.parametrize(("event", "kind"), EVENTS)
def test_whom_no_mail_reaches_is_to_be_telephoned(booking, event, kind):
    without_mail(booking.household)
    at = booking.starts_at - 3 * HOUR

    assert send(booking, event, at) is False
    assert send(booking, event, at) is False

    call = Call.objects.get()
    assert (call.kind, call.booking, call.facility) == (kind, booking, booking.facility)
    assert (call.asked_at, call.due_at) == (at, booking.starts_at)
    assert call.words == CALL_WORDS[kind]


@pytest.mark.parametrize(("event", "kind"), EVENTS)
def test_whom_mail_reaches_is_not(booking, event, kind):
    assert send(booking, event, booking.starts_at - 3 * HOUR) is True

    assert (len(bodies()), Call.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("ahead", "until"), [(3 * ONE_DAY, ONE_DAY), (HOUR, HOUR), (-HOUR, ONE_DAY)]
)
def test_it_is_due_within_a_day_and_before_the_child_would_come(booking, ahead, until):
    without_mail(booking.household)
    at = booking.starts_at - ahead

    send(booking, "declined", at)

    assert Call.objects.get().due_at == at + until


def test_what_the_family_asked_for_itself_it_knows(booking):
    without_mail(booking.household)

    assert send(booking, "cancelled", booking.starts_at - HOUR) is False

    assert Call.objects.count() == 0


@pytest.mark.parametrize("is_reached", [False, True])
def test_a_hold_is_told_by_the_facility_to_which_nobody_came(booking, is_reached):
    if not is_reached:
        without_mail(booking.household)
    hold = UseHoldFactory.create(booking=booking)
    at = clock.now()

    with as_worker(), context.acting("system:conduct", at=at):
        use_holds.tell(hold_id=hold.pk, event="booking/email/hold_imposed", at=at)

    assert len(bodies()) == is_reached
    found = [(each.kind, each.booking, each.due_at) for each in Call.objects.all()]
    assert found == ([] if is_reached else [(CallKind.HOLD, booking, at + ONE_DAY)])


def cancel(*, booking, by, at):
    cancellations.cancel(booking=booking, by=by, at=at - HOUR)


END = {BookingState.CANCELLED_CHARGED: cancel, BookingState.ABSENT: absences.record}


@pytest.mark.parametrize(
    ("kind", "state", "result"),
    [
        (CallKind.APPROVED, BookingState.CONFIRMED, CallResult.WAITING),
        (CallKind.APPROVED, BookingState.CANCELLED_CHARGED, CallResult.NOT_NEEDED),
        (CallKind.ABSENT, BookingState.ABSENT, CallResult.WAITING),
        (CallKind.ABSENT, BookingState.CONFIRMED, CallResult.NOT_NEEDED),
        (CallKind.CLOSURE, BookingState.CONFIRMED, CallResult.WAITING),
    ],
)
def test_nobody_is_called_about_what_is_not_true_any_more(booking, kind, state, result):
    call = CallFactory.create(booking=booking, kind=kind)
    if state != booking.state:
        END[state](booking=booking, by=booking.request.requested_by, at=booking.starts_at)

    with as_worker(), context.acting("system:offers"):
        calls.end_outdated(at=clock.now())

    call.refresh_from_db()
    assert call.result == result
