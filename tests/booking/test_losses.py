"""Families of bookings that a facility could not keep: told once, by mail or by a call."""

import datetime as dt
import email
import email.policy

import pytest

from booking.actions import attendances, closures, losses, notices
from booking.enums import BookingState
from booking.enums_calls import CallKind, CallResult
from booking.enums_closures import ClosureKind, ClosureReason
from booking.models import Call, LostBooking, Slot
from booking.refusals import WrongState
from history import clock, context
from records.models import OutgoingMail, Parent
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.records import ChildFactory, facility
from tests.records.worker import as_worker

DAY = coming_monday()
EVENING = clock.at(DAY - dt.timedelta(days=1), dt.time(19))
MORNING = clock.at(DAY, dt.time(6, 30))
HOUR = dt.timedelta(hours=1)


def close(by, at=EVENING):
    prepared = closures.prepare(
        facilities=[facility("hikarigaoka")], day=DAY, kind=ClosureKind.CLOSED,
        reason=ClosureReason.WEATHER, words="雪のため道がふさがっています。", announce_at=at,
        by=by, at=at,
    )  # fmt: skip
    closures.confirm(closures=prepared, by=by, at=at)
    return prepared


def book(hour=10, **fields):
    starts_at = clock.at(DAY, dt.time(hour))
    child = fields.pop("child", None) or ChildFactory.create(registered=True)
    booking = BookingFactory.create(child=child, starts_at=starts_at, ends_at=starts_at + 2 * HOUR)
    Parent.objects.filter(household=child.household).update(email="family@example.jp")
    OutgoingMail.objects.all().delete()
    return booking


def without_address(booking):
    Parent.objects.filter(household=booking.household).update(email="")
    return booking


def tell(at=EVENING):
    with as_worker(), context.acting("system:losses", at=at):
        return notices.tell_of_losses(at=at)


def bodies():
    """What was written, the oldest first."""
    return [
        email.message_from_bytes(each.message.encode(), policy=email.policy.default).get_content()
        for each in OutgoingMail.objects.order_by("created_at")
    ]


def test_a_family_with_an_address_is_written_to_once(clerk):
    book()
    close(clerk)

    assert (tell(), tell(EVENING + HOUR)) == (1, 0)

    (body,) = bodies()
    assert "雪のため道がふさがっています。" in body
    assert "料金はかからず、利用の回数にも数えません。" in body
    assert "10:00から12:00まで" in body
    assert Call.objects.count() == 0


def test_all_that_a_family_lost_stands_in_one_mail(clerk):
    first = book()
    book(hour=13, child=ChildFactory.create(registered=True, household=first.child.household))
    close(clerk)

    assert tell() == 1

    (body,) = bodies()
    assert ("10:00から12:00まで" in body, "13:00から15:00まで" in body) == (True, True)


def test_a_family_without_an_address_is_called_before_it_sets_out(clerk):
    booking = without_address(book())
    close(clerk)

    tell()

    call = Call.objects.get()
    assert (call.kind, call.booking, call.facility) == (
        CallKind.CLOSURE, booking, facility("hikarigaoka"),
    )  # fmt: skip
    assert call.due_at == booking.starts_at
    assert bodies() == []
    assert LostBooking.objects.get().call == call


def test_where_mail_came_back_the_family_is_called_as_well(clerk):
    booking = book()
    close(clerk)
    tell()
    assert Call.objects.count() == 0
    Parent.objects.filter(household=booking.household).update(bounced_at=EVENING)

    tell(EVENING + HOUR)
    tell(EVENING + 2 * HOUR)

    assert Call.objects.get().booking == booking


def test_lifted_the_families_are_told_once_more(clerk):
    book()
    prepared = close(clerk)
    tell()

    closures.lift(closures=prepared, by=clerk, at=EVENING + HOUR)
    tell(EVENING + HOUR)

    assert ["開くことになりました" in body for body in bodies()] == [False, True]


def test_nobody_is_told_of_yesterday(clerk):
    book()
    close(clerk)

    assert tell(clock.at(DAY + dt.timedelta(days=1), dt.time(9))) == 0


# One booking alone


def test_one_booking_is_taken_back_free_of_charge_with_words(clerk):
    booking = book()

    losses.retract(booking=booking, words="職員が足りないため。", by=clerk, at=MORNING)

    booking.refresh_from_db()
    booking.fee.refresh_from_db()
    assert (booking.state, booking.fee.due) == (BookingState.CANCELLED_BY_FACILITY, 0)
    assert booking.transitions.order_by("-at").first().reason == "職員が足りないため。"
    assert set(Slot.objects.values_list("taken", flat=True)) == {0}
    assert tell(MORNING) == 1
    assert "職員が足りないため。" in bodies()[0]


def test_a_second_tap_takes_nothing_more_back(clerk):
    booking = book()
    losses.retract(booking=booking, words="職員が足りないため。", by=clerk, at=MORNING)

    losses.retract(booking=booking, words="ほかの理由", by=clerk, at=MORNING)

    assert LostBooking.objects.get().words == "職員が足りないため。"


def test_a_child_that_has_come_is_not_sent_away(clerk, carer_elsewhere):
    booking = book()
    attendances.arrive(booking=booking, by=carer_elsewhere, at=booking.starts_at)

    with pytest.raises(WrongState):
        losses.retract(booking=booking, words="早く", by=clerk, at=booking.starts_at)


def test_the_call_about_it_is_of_its_own_kind(clerk):
    booking = without_address(book())
    losses.retract(booking=booking, words="職員が足りないため。", by=clerk, at=MORNING)

    tell(MORNING)

    assert (Call.objects.get().kind, Call.objects.get().result) == (
        CallKind.CHANGE, CallResult.WAITING,
    )  # fmt: skip
