"""当日受付 over HTTP: booked and received in one step, or not at all."""

import datetime as dt

import pytest

from booking.actions import attendances
from booking.enums import BookingState, Channel, ReliefKind, SeatKind
from booking.models import Attendance, Booking, Slot, Tariff
from history import clock
from records.models import CareNeed, Registration
from tests.booking.test_callers import child, family  # noqa: F401
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory, facility

DAY = coming_monday()
NOW = clock.at(DAY, dt.time(10, 10))
KEY = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def door(staff_client, carer, child, time_machine):  # noqa: F811
    """A carer of 練馬 on a Monday at ten past ten, who has looked the child up; the address."""
    slots_of_day("nerima")
    time_machine.move_to(NOW)
    staff_client.log_in(carer)
    staff_client.address = staff_client.post("/walk-in/", {"code": child.code}).url
    return staff_client


def receive(door, end="13:00", key=KEY):
    return door.post(door.address, {"end": end, "key": key})


def test_one_tap_books_and_receives_and_opens_the_card(door, carer):
    answer = receive(door)

    booking = Booking.objects.get()
    assert (booking.state, booking.request.channel) == (BookingState.PRESENT, Channel.WALK_IN)
    assert clock.local(booking.starts_at).time() == dt.time(10)
    assert Attendance.objects.get().arrived_at - NOW < dt.timedelta(minutes=1)
    assert answer.url == f"/today/{booking.pk}/card/"
    card = door.get(answer.url).content.decode()
    assert "緊急・配慮カード" in card
    assert "電話印 花" in card


def test_two_taps_are_one(door):
    first, second = receive(door), receive(door)

    assert first.url == second.url
    assert Booking.objects.count() == Attendance.objects.count() == 1


def test_it_takes_the_place_kept_for_walk_ins(door):
    """All other places are sold: the one that is left is theirs."""
    rule = Booking._meta.get_field("use_rule").related_model.objects.get()
    rule.reserve_rows.create(kind=SeatKind.WALK_IN, places=1, days_before=0, time=dt.time(23))
    Slot.objects.filter(facility__code="nerima").update(places=1, walk_in_places=1, walk_in_total=1)

    receive(door)

    assert Booking.objects.get().seat_kind == SeatKind.WALK_IN
    assert set(Slot.objects.filter(taken=1).values_list("walk_in_places", flat=True)) == {0}


def test_beside_a_sister_who_is_there_it_costs_less(door, child, carer):  # noqa: F811
    """Told at the door and written down, as the carer sees it: nothing waits for the worker."""
    Tariff.objects.get().relief_rows.create(kind=ReliefKind.SIBLING, percent=50)
    born = child.date_of_birth - dt.timedelta(days=400)
    elder = ChildFactory.create(household=child.household, registered=True, date_of_birth=born)
    ten = clock.at(DAY, dt.time(10))
    there = BookingFactory.create(child=elder, facility=facility("nerima"), starts_at=ten)
    attendances.arrive(booking=there, by=carer, at=ten)

    receive(door)

    fee = Booking.objects.get(child=child).fee
    assert (fee.care_amount, fee.relief_amount, fee.amount) == (1500, 750, 750)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda who: Slot.objects.update(under_two_limit=0, two_up_limit=0), "空きがありません。"),
        (
            lambda who: Registration.objects.filter(child=who).update(state="suspended"),
            "利用登録が有効になっていません。",
        ),
        (
            lambda who: CareNeed.objects.filter(child=who).update(confirmation="unconfirmed"),
            "健康に関する確認が済んでいません。",
        ),
    ],
)
def test_the_checks_are_those_of_every_booking(door, child, spoil, words):  # noqa: F811
    spoil(child)

    shown, answer = door.get(door.address), receive(door)

    assert words in shown.content.decode()
    assert words in answer.content.decode()
    assert not Booking.objects.exists()
    assert not Attendance.objects.exists()


def test_when_the_day_is_over_nobody_is_received(door, carer, child, time_machine):  # noqa: F811
    time_machine.move_to(clock.at(DAY, dt.time(20)))
    door.log_in(carer)
    door.address = door.post("/walk-in/", {"code": child.code}).url

    assert "この時間は開所していません。" in receive(door).content.decode()
    assert not Booking.objects.exists()
