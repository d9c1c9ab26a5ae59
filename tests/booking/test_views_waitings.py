"""キャンセル待ち over HTTP, inside the walls: joining, the own place, the answer, the order."""

import re
import uuid

import pytest
from django.db import connection

from booking.actions import requests
from booking.enums import BookingState, Precedence, WaitingState
from booking.models import Booking, Slot, Waiting
from history import clock
from tests.booking.waiting_families import DAY, account, cancel, moment, one_place, work
from tests.booking.waiting_families import family as another_family
from tests.factories.booking import WaitingFactory
from tests.factories.records import ChildFactory, facility
from tests.people import child_of

ASKED = {"day": DAY.isoformat(), "start": "10:00", "end": "13:00"}
JOIN = "/booking/hikarigaoka/wait/"


@pytest.fixture
def sold(database):
    """The one place from ten to one; booked a moment ago."""
    one_place()
    child = another_family()
    return requests.book(
        child=child, facility=facility("hikarigaoka"), starts_at=moment(10), ends_at=moment(13),
        by=account(child), at=clock.now(), key=uuid.uuid4(),
    )  # fmt: skip


@pytest.fixture
def family(public_client, parent):
    return public_client.log_in(parent)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def join(family, child):
    return family.post(JOIN, ASKED | {"child": [child.pk]})


def offered(sold):
    cancel(sold, at=clock.now())
    work(at=clock.now())


def test_a_full_hour_leads_to_the_line(sold, family, parent):
    page = family.get(f"/booking/availability/?week={DAY}").content.decode()

    assert f'href="/booking/hikarigaoka/wait/?day={DAY}&amp;start=10:00"' in page
    assert f'href="/booking/hikarigaoka/new/?day={DAY}&amp;start=13:00"' in page


def test_a_family_joins_and_reads_its_place_and_the_rule(sold, family, parent):
    WaitingFactory.create(starts_at=moment(11), ends_at=moment(12), child=another_family())

    answer = join(family, child_of(parent))
    page = text_of(family.get(answer["Location"]))

    assert "2番目" in page
    assert "お申し込みの早い順にご案内します" in page
    assert "120分以内" in page
    assert child_of(parent).full_name in page
    assert "キャンセル待ち" in text_of(family.get("/booking/mine/"))


def test_what_has_a_place_leads_back_to_booking(sold, family, parent):
    sent = ASKED | {"child": [child_of(parent).pk], "start": "13:00", "end": "15:00"}

    page = family.post(JOIN, sent).content.decode()

    assert "この時間には空きがあります。" in page
    assert f"/booking/hikarigaoka/new/?day={DAY}&amp;start=13:00&amp;end=15:00" in page


def test_of_several_children_that_do_not_fit_all_are_led_to_the_line(sold, family, parent):
    child = child_of(parent)
    sibling = ChildFactory.create(
        registered=True, household=child.household, date_of_birth=child.date_of_birth
    )

    page = family.post(
        "/booking/hikarigaoka/new/", ASKED | {"child": [child.pk, sibling.pk]}
    ).content.decode()

    assert f"{JOIN}?child={child.pk}&amp;child={sibling.pk}&amp;day={DAY}" in page


def test_nobody_reads_another_family_s_line(sold, family):
    """It is there, and yet it isn't found, answered or left."""
    other = WaitingFactory.create(child=another_family())
    address = f"/booking/waiting/{other.pk}/"

    found = [
        family.get(address).status_code, family.post(f"{address}accept/").status_code,
        family.post(f"{address}leave/").status_code,
    ]  # fmt: skip

    assert found == [404, 404, 404]
    assert Waiting.objects.get().state == WaitingState.WAITING


def test_an_offer_is_answered_with_a_tap(sold, family, parent):
    join(family, child_of(parent))
    offered(sold)
    waiting = Waiting.objects.get()

    page = text_of(family.get(waiting.get_absolute_url()))
    answer = family.post(f"{waiting.get_absolute_url()}accept/")

    assert "空きが出ました" in page
    assert "料金 準備中" in page
    booking = Booking.objects.get(state=BookingState.CONFIRMED)
    assert answer["Location"] == booking.get_absolute_url()
    assert booking.child == child_of(parent)
    # A second tap, and the page afterwards.
    again = family.post(f"{waiting.get_absolute_url()}accept/")
    assert again["Location"] == answer["Location"]
    assert "予約を見る" in text_of(family.get(waiting.get_absolute_url()))


def test_an_offered_booking_leads_to_its_answer(sold, family, parent):
    join(family, child_of(parent))
    offered(sold)

    found = family.get(Booking.objects.get(state=BookingState.OFFERED).get_absolute_url())

    assert found["Location"] == Waiting.objects.get().get_absolute_url()


def test_an_offer_is_declined_and_the_place_goes_on(sold, family, parent):
    join(family, child_of(parent))
    offered(sold)

    family.post(f"{Waiting.objects.get().get_absolute_url()}leave/")

    assert Waiting.objects.get().state == WaitingState.WITHDRAWN
    assert set(Slot.objects.values_list("taken", "held_back")) == {(0, 0)}


def test_all_are_asked_and_one_taps_first(sold, family, parent):
    join(family, child_of(parent))
    waiting = Waiting.objects.get()
    Waiting.objects.update(
        state=WaitingState.OFFERED, is_broadcast=True, offer_until=waiting.starts_at
    )
    cancel(sold, at=clock.now())
    Slot.objects.filter(taken=0).between(moment(10), moment(13)).update(held_back=1)

    page = text_of(family.get(waiting.get_absolute_url()))
    family.post(f"{waiting.get_absolute_url()}accept/")

    assert "先に「利用する」を選んだ方に決まります" in page
    assert Booking.objects.get(state=BookingState.CONFIRMED).child == child_of(parent)
    assert set(Slot.objects.values_list("held_back", flat=True)) == {0}


# Staff


def form(priority, reason):
    return {"priority": priority, "priority_reason": reason}


def test_the_center_changes_the_order_for_a_reason_that_the_family_reads(
    sold, family, parent, staff_client, clerk
):
    WaitingFactory.create(starts_at=moment(10), ends_at=moment(13), child=another_family())
    join(family, child_of(parent))
    waiting = Waiting.objects.get(household=child_of(parent).household)
    office = staff_client.log_in(clerk)
    address = f"/booking/waiting/{waiting.pk}/change/"

    refused = text_of(office.post(address, form(Precedence.FIRST, "")))
    office.post(address, form(Precedence.FIRST, "ごきょうだいの入院のため"))

    assert "順番を変えるときは、ご家庭が読む理由を書いてください。" in refused
    page = text_of(family.get(waiting.get_absolute_url()))
    assert "1番目" in page
    assert "ごきょうだいの入院のため" in page
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args ->> 'waiting_id' FROM procrastinate_jobs"
            " WHERE task_name = 'booking.tell_moved'"
        )
        assert [number for (number,) in cursor.fetchall()] == [str(waiting.pk)]
    assert "ごきょうだいの入院のため" in text_of(
        office.get(f"/booking/waiting/{waiting.pk}/history/")
    )


def test_a_carer_reads_the_order_and_does_not_change_it(staff_client, carer_elsewhere):
    waiting = WaitingFactory.create(child=another_family())
    there = staff_client.log_in(carer_elsewhere)
    address = f"/booking/waiting/{waiting.pk}/change/"

    page = text_of(there.get(address))
    there.post(address, form(Precedence.FIRST, "x"))

    assert waiting.children.get().child_name in page
    assert Waiting.objects.get().priority == Precedence.IN_ORDER
