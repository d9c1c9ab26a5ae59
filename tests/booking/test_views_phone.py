"""電話予約 over HTTP: from the look-up to the number that is read aloud."""

import datetime as dt

import pytest

from booking.models import Booking, Slot
from history import clock
from history.enums import Act
from history.models import Entry
from tests.booking.test_callers import DAY, THERE, child, family, slots  # noqa: F401

MORNING = {"day": f"{DAY}", "start": "10:00", "end": "12:00"}


@pytest.fixture
def telephone(staff_client, carer):
    return staff_client.log_in(carer)


def look_up(telephone, child, channel="phone"):  # noqa: F811
    """The address of the caller's places."""
    answer = telephone.post("/phone/", {"code": child.code, "channel": channel})
    assert answer.status_code == 302
    return answer.url.partition("?")[0]


def page(telephone, address, **query):
    return telephone.get(address, query).content.decode()


def book(telephone, address, code=THERE, channel="phone", **fields):
    return telephone.post(f"{address}{code}/?channel={channel}", MORNING | fields)


def test_from_the_call_to_the_number(telephone, child, slots):  # noqa: F811
    address = look_up(telephone, child, "counter")

    places = page(telephone, address, **MORNING, channel="counter")
    aloud = page(telephone, f"{address}{THERE}/", **MORNING, channel="counter")
    done = telephone.get(book(telephone, address, channel="counter").url).content.decode()

    assert "電話印 花" in places
    assert "光が丘" in places
    assert "読み上げて" in aloud
    booking = Booking.objects.get()
    assert booking.request.channel == "counter"
    assert booking.request.number in done


def test_nothing_but_the_name_is_shown(telephone, child, slots):  # noqa: F811
    address = look_up(telephone, child)
    book(telephone, address)

    shown = page(telephone, address, **MORNING) + page(telephone, f"{address}{THERE}/", **MORNING)
    shown += telephone.get(f"/today/?day={DAY}").content.decode()

    hidden = ("関町北印", "デンワ", "09011112222", "電話印 母", str(child.pk), child.code)
    assert [word for word in hidden if word in shown] == []


def test_every_page_with_the_name_is_in_the_ledger(telephone, child, carer, slots):  # noqa: F811
    address = look_up(telephone, child)
    page(telephone, address)
    page(telephone, f"{address}{THERE}/", **MORNING)

    found = Entry.objects.filter(actor=str(carer.pk), child_ids=[child.pk])
    assert sorted(found.values_list("act", flat=True)) == [Act.LOOK_UP, Act.VIEW, Act.VIEW]


def test_after_half_an_hour_one_looks_up_again(
    telephone,
    child,  # noqa: F811
    carer,
    slots,  # noqa: F811
    time_machine,
):
    address = look_up(telephone, child)
    time_machine.move_to(clock.now() + dt.timedelta(minutes=30))
    telephone.log_in(carer)

    answer = book(telephone, address)

    assert answer.url == "/phone/"
    assert not Booking.objects.exists()
    assert "30分が過ぎた" in telephone.get("/phone/").content.decode()


def test_a_colleague_s_look_up_opens_nothing(telephone, child, manager, slots):  # noqa: F811
    address = look_up(telephone, child)
    telephone.log_in(manager)

    assert telephone.get(address).url == "/phone/"
    assert book(telephone, address).url == "/phone/"
    assert not Booking.objects.exists()


def test_a_refusal_names_what_can_be_had(telephone, child, slots):  # noqa: F811
    Slot.objects.filter(facility__code="nerima").update(under_two_limit=0, two_up_limit=0)
    address = look_up(telephone, child)

    refused = book(telephone, address, code="nerima").content.decode()

    assert "空きがありません。" in refused
    assert f"{address}{THERE}/" in refused
    assert not Booking.objects.exists()


def test_the_center_books_too(staff_client, clerk, child, slots):  # noqa: F811
    client = staff_client.log_in(clerk)

    book(client, look_up(client, child))

    assert Booking.objects.get().request.requested_by == clerk


@pytest.mark.parametrize(
    "query", ["?day=x&start=9&end=", "?day=2020-01-01", "?start=12:00&end=09:00"]
)
def test_a_strange_address_is_no_fault(telephone, child, slots, query):  # noqa: F811
    address = look_up(telephone, child)

    assert telephone.get(f"{address}{query}").status_code == 200
    assert telephone.get(f"{address}{THERE}/{query}").status_code in (200, 302)
