"""The form holds the seats, its page says for how long, and one tap confirms."""

import datetime as dt
import re
import uuid

import pytest

from booking.actions import holds
from booking.enums import Accepts, BookingState
from booking.models import Booking, BookingRequest, Slot
from history import clock
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import ChildFactory
from tests.people import child_of

DAY = coming_monday()
NEXT = DAY + dt.timedelta(days=1)


@pytest.fixture
def family(public_client, parent):
    slots_of_day()
    slots_of_day(day=NEXT)
    return public_client.log_in(parent)


@pytest.fixture
def child(parent):
    return child_of(parent)


@pytest.fixture
def sibling(child):
    return ChildFactory.create(
        household=child.household,
        registered=True,
        given_name="二葉",
        date_of_birth=DAY - dt.timedelta(days=800),
    )


def send(family, *children, **changes):
    form = {
        "child": [child.pk for child in children], "day": DAY.isoformat(), "start": "10:00",
        "end": "13:00", "key": uuid.uuid4(),
    }  # fmt: skip
    return family.post("/booking/hikarigaoka/new/", form | changes)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def follow(family, response):
    return family.get(response["Location"])


def full_after_one(day=DAY):
    Slot.objects.on_day(day).update(places=1)


def test_the_form_holds_and_its_page_confirms(family, child):
    held = send(family, child)
    page = follow(family, held)

    booking = Booking.objects.get()
    assert booking.state == BookingState.HELD
    until = clock.local(booking.held_until)
    assert f"席をお取りしています。{until.hour}:{until:%M}までに確定してください。" in text_of(page)
    confirmed = family.post(f"{held['Location']}confirm/")
    assert confirmed["Location"] == f"/booking/{booking.pk}/"
    assert "予約が確定しました" in text_of(follow(family, confirmed))


def test_several_children_on_several_days_are_one_request(family, child, sibling):
    held = send(family, child, sibling, more_days=[NEXT.isoformat(), DAY.isoformat()])

    page = text_of(follow(family, held))
    request = BookingRequest.objects.get()
    assert request.bookings.count() == 4
    assert (page.count("林 一花"), page.count("髙橋 二葉")) == (2, 2)
    confirmed = family.post(f"{held['Location']}confirm/")
    assert confirmed["Location"] == f"/booking/requests/{request.pk}/"
    assert set(Booking.objects.values_list("state", flat=True)) == {BookingState.CONFIRMED}


def test_all_or_nothing_names_each_wish_that_fails_and_keeps_what_was_chosen(
    family, child, sibling
):
    full_after_one(NEXT)

    refused = send(family, child, sibling, more_days=[NEXT.isoformat()])

    assert (refused.status_code, Booking.objects.count()) == (200, 0)
    page = text_of(refused)
    assert "まだ何も予約していません" in page
    assert f"{NEXT.month}月{NEXT.day}日" in page
    assert refused.context["form"]["child"].value() == [str(child.pk), str(sibling.pk)]
    assert [each.wish.child for each in refused.context["refusals"]] == [sibling]


def test_what_fits_holds_one_sibling_and_tells_of_the_other(family, child, sibling):
    full_after_one()

    held = send(family, child, sibling, accepts=Accepts.WHAT_FITS)

    assert Booking.objects.get().child == child
    for page in (follow(family, held), follow(family, family.post(f"{held['Location']}confirm/"))):
        assert "とれなかった日時" in text_of(page)
        assert "空きがありません" in text_of(page)
    assert Booking.objects.get().state == BookingState.CONFIRMED


def test_a_single_refusal_reads_as_before(family, child):
    Slot.objects.update(places=0)

    page = text_of(send(family, child))

    assert "空きがありません。" in page
    assert "まだ何も予約していません" not in page


def test_the_same_form_sent_twice_leads_to_the_same_page(family, child):
    key = uuid.uuid4()

    assert send(family, child, key=key)["Location"] == send(family, child, key=key)["Location"]
    assert Booking.objects.count() == 1


def test_the_time_is_extended_once(family, child):
    held = send(family, child)
    assert "時間をのばす" in text_of(follow(family, held))

    family.post(f"{held['Location']}extend/")

    assert "時間をのばす（1回だけ）" not in text_of(follow(family, held))


def test_to_change_it_leads_back_to_the_form_and_gives_the_seat_back(family, child):
    held = send(family, child)

    back = family.post(f"{held['Location']}let-go/")

    assert back["Location"] == f"/booking/hikarigaoka/new/?day={DAY}&start=10:00"
    assert set(Slot.objects.values_list("taken", flat=True)) == {0}
    assert 'value="10:00" selected' in follow(family, back).content.decode()


def test_when_the_time_is_over_the_page_leads_back(family, child):
    held = send(family, child)
    holds.expire(at=clock.now() + dt.timedelta(hours=1))

    assert "もう一度申し込む" in text_of(follow(family, held))
    late = family.post(f"{held['Location']}confirm/")
    assert late["Location"] == held["Location"]
    assert "時間が過ぎました" in text_of(follow(family, late))
    assert Booking.objects.get().state == BookingState.WITHDRAWN


def test_a_held_seat_stands_in_the_list_until_it_is_over(family, child):
    held = send(family, child)
    booking = Booking.objects.get()

    assert "仮押さえ" in text_of(family.get("/booking/mine/"))
    assert family.get(f"/booking/{booking.pk}/")["Location"] == held["Location"]
    holds.expire(at=clock.now() + dt.timedelta(hours=1))
    assert "これからの予約はありません" in text_of(family.get("/booking/mine/"))


def test_too_many_at_once_are_refused_at_the_field(family, child, monkeypatch):
    monkeypatch.setattr("booking.forms.MOST_AT_ONCE", 1)

    refused = send(family, child, more_days=[NEXT.isoformat()])

    assert "1件までです" in text_of(refused)
    assert Booking.objects.count() == 0


@pytest.mark.parametrize("step", ["", "confirm/", "extend/", "let-go/"])
def test_another_familys_request_is_not_found(family, child, other_parent, public_client, step):
    held = send(family, child)["Location"]
    ask = public_client.post if step else public_client.get
    assert ask(f"{held}{step}").status_code in (200, 302)

    public_client.log_in(other_parent)

    assert ask(f"{held}{step}").status_code == 404
