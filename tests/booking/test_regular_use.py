"""定期利用: a weekday for a term in one request, each day looked at before it is booked."""

import datetime as dt
import re

import pytest

from booking.enums import Accepts
from booking.models import Booking, BookingRequest, Slot, UnmetWish
from history import clock
from tests.booking.test_callers import THERE, child, family  # noqa: F401
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import facility

MONDAYS = [coming_monday(weeks) for weeks in range(3)]
KEY = "00000000-0000-4000-8000-000000000002"


@pytest.fixture
def term(staff_client, carer, child):  # noqa: F811
    """The page for a caller; three Mondays are open, of which the second is full."""
    for day in MONDAYS:
        slots_of_day(THERE, day)
    Slot.objects.filter(facility__code=THERE).on_day(MONDAYS[1]).update(
        under_two_limit=0, two_up_limit=0
    )
    staff_client.log_in(carer)
    staff_client.address = staff_client.post("/phone/", {"code": child.code}).url.partition("?")[0]
    return staff_client


def fill_in(term, **fields):
    values = {
        "facility": facility(THERE).pk, "weekday": 0, "start": "09:00", "end": "12:00",
        "first": MONDAYS[0], "last": MONDAYS[2], "accepts": Accepts.WHAT_FITS, "key": KEY,
    } | fields  # fmt: skip
    return term.post(f"{term.address}weekly/", values)


def seen(answer):
    return re.search(r'name="seen" value="([^"]*)"', answer.content.decode())[1]


def days():
    return [clock.local(each.starts_at).date() for each in Booking.objects.order_by("starts_at")]


def test_each_day_is_listed_and_nothing_booked_yet(term):
    page = fill_in(term).content.decode()

    assert page.count("○ 予約できます") == 2
    assert page.count("× とれません") == 1
    assert "2日を予約する" in page
    assert not Booking.objects.exists()


def test_what_was_listed_is_one_request(term):
    answer = fill_in(term, seen=seen(fill_in(term)))

    request = BookingRequest.objects.get()
    assert days() == [MONDAYS[0], MONDAYS[2]]
    assert [each.request for each in Booking.objects.all()] == [request, request]
    assert UnmetWish.objects.get().starts_at == clock.at(MONDAYS[1], dt.time(9))
    assert request.number in term.get(answer.url).content.decode()


def test_all_or_nothing_is_said_before(term):
    first = fill_in(term, accepts=Accepts.ALL)

    page = first.content.decode()
    assert "日を予約する" not in page
    assert "× とれません" in page
    fill_in(term, accepts=Accepts.ALL, seen=seen(first))
    assert not Booking.objects.exists()


def test_what_is_changed_is_listed_anew(term):
    first = fill_in(term)

    page = fill_in(term, end="13:00", seen=seen(first)).content.decode()

    assert "2日を予約する" in page
    assert not Booking.objects.exists()


def test_closed_days_are_left_out_and_said_so(term):
    """All of the open days are booked: a day on which the facility is closed is none of them."""
    Slot.objects.filter(facility__code=THERE).on_day(MONDAYS[1]).delete()
    first = fill_in(term, accepts=Accepts.ALL)

    assert first.content.decode().count("－ 申し込みません") == 1
    fill_in(term, accepts=Accepts.ALL, seen=seen(first))
    assert days() == [MONDAYS[0], MONDAYS[2]]
    assert not UnmetWish.objects.exists()


def test_a_term_without_such_a_day_says_so(term):
    page = fill_in(term, last=MONDAYS[0], weekday=2).content.decode()

    assert "その曜日の日はありません" in page


def test_a_double_tap_is_one_request(term):
    listed = seen(fill_in(term))

    answers = [fill_in(term, seen=listed) for _tap in range(2)]

    assert {answer.status_code for answer in answers} == {302}
    assert BookingRequest.objects.count() == 1
    assert len(days()) == 2
