"""What a caller has booked, cancelled and changed by staff of another facility."""

import datetime as dt

import pytest

from booking.enums import BookingState, Channel
from booking.models import Booking, BookingTransition, Slot
from history import clock
from tests.booking.test_callers import DAY, THERE, child, family  # noqa: F401
from tests.booking.test_regular_use import fill_in, seen
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day

KEY = "00000000-0000-4000-8000-000000000003"


@pytest.fixture
def booking(child):  # noqa: F811
    """At 光が丘; the one who answers the telephone is at 練馬."""
    return BookingFactory.create(child=child, at=clock.now() - dt.timedelta(hours=1))


@pytest.fixture
def telephone(staff_client, carer, child, booking):  # noqa: F811
    staff_client.log_in(carer)
    address = staff_client.post("/phone/", {"code": child.code}).url.partition("?")[0]
    staff_client.address = f"{address}booking/{booking.pk}/"
    return staff_client


def cancel(telephone, **fields):
    return telephone.post(
        f"{telephone.address}?channel=counter", {"form": "cancel", "cancel-seen": "free"} | fields
    )


def change(telephone, start, end, day=DAY):
    return telephone.post(
        f"{telephone.address}?channel=phone",
        {"form": "change", "day": f"{day}", "start": start, "end": end, "key": KEY},
    )


def test_the_caller_s_bookings_are_listed_without_names(telephone, booking):
    page = telephone.get(telephone.address.partition("booking/")[0]).content.decode()

    assert telephone.address in page
    assert [word for word in ("09011112222", "電話印 母", "デンワ") if word in page] == []


def test_a_booking_elsewhere_is_cancelled_with_its_channel(telephone, booking, carer):
    cancel(telephone)

    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED_FREE
    step = BookingTransition.objects.get(booking=booking, to_state=booking.state)
    assert (step.channel, step.by) == (Channel.COUNTER, carer)


def test_a_booking_elsewhere_is_changed_in_one_step(telephone, booking):
    answer = change(telephone, "13:00", "15:00")

    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED_FREE
    new = Booking.objects.get(replaces=booking)
    assert (new.state, new.request.channel) == (BookingState.CONFIRMED, Channel.PHONE)
    assert new.request.number in telephone.get(answer.url).content.decode()


def test_what_can_t_be_had_leaves_it_as_it_is(telephone, booking):
    page = change(telephone, "13:00", "13:30").content.decode()

    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert "利用時間が短すぎます。" in page


def test_in_place_of_a_full_time_others_are_offered(telephone, booking):
    slots_of_day("nerima", DAY)
    Slot.objects.filter(facility__code=THERE, starts_at__gte=clock.at(DAY, dt.time(15))).update(
        places=0
    )

    page = change(telephone, "15:00", "17:00").content.decode()

    assert "空きがありません。" in page
    assert ("この施設の別の時間" in page, "ほかの施設の同じ時間" in page) == (True, True)


def test_another_child_s_booking_is_not_found(telephone, child, family):  # noqa: F811
    other = BookingFactory.create(starts_at=clock.at(DAY, dt.time(13)))

    address = telephone.address.partition("booking/")[0]

    assert telephone.get(f"{address}booking/{other.pk}/").status_code == 404


def test_after_half_an_hour_nothing_is_cancelled(telephone, booking, carer, time_machine):
    time_machine.move_to(clock.now() + dt.timedelta(minutes=30))
    telephone.log_in(carer)

    assert cancel(telephone).url == "/phone/"
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


def test_a_regular_use_ends_early(staff_client, carer, child):  # noqa: F811
    """Of three Mondays the last two are called off; the first one stays."""
    for week in range(3):
        slots_of_day(THERE, coming_monday(week))
    staff_client.log_in(carer)
    address = staff_client.post("/phone/", {"code": child.code}).url.partition("?")[0]
    days = [coming_monday(week) for week in range(3)]
    staff_client.address = address
    fill_in(staff_client, seen=seen(fill_in(staff_client)))
    second = Booking.objects.get(starts_at=clock.at(days[1], dt.time(9)))

    staff_client.post(
        f"{address}booking/{second.pk}/", {"form": "cancel", "cancel-seen": "free", "rest": "1"}
    )

    states = Booking.objects.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == [
        BookingState.CONFIRMED, BookingState.CANCELLED_FREE, BookingState.CANCELLED_FREE,
    ]  # fmt: skip
