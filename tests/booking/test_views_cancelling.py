"""The pages on which a booking ends, over both entries: the price that was read is the price."""

import datetime as dt
import re

import pytest
import time_machine

from booking.enums import BookingState, Channel
from booking.enums_rules import CancelReason
from booking.models import Booking, Fee, Tariff, UseRule
from history import clock
from tests.factories.booking import BookingFactory, UseHoldFactory, coming_monday, slots_of_day
from tests.factories.records import facility
from tests.people import child_of

DAY = coming_monday()
ONE_DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
TEN = clock.at(DAY, dt.time(10))
DEADLINE = clock.at(DAY - ONE_DAY, dt.time(17))


@pytest.fixture
def booking(parent):
    """At 練馬, on a confirmed tariff, by which illness costs half."""
    Tariff.objects.update(is_provisional=False)
    UseRule.objects.get().stage_rows.create(
        days_before=1, at=dt.time(17), percent=50, reason=CancelReason.ILLNESS
    )
    return BookingFactory.create(child=child_of(parent), facility=facility("nerima"), by=parent)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def seen_on(page):
    return re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1]


def test_each_reason_says_what_it_costs_and_one_must_be_given(public_client, parent, booking):
    with time_machine.travel(TEN - 60 * MINUTE, tick=False):
        family = public_client.log_in(parent)
        page = family.get(f"/booking/{booking.pk}/cancel/")
        again = family.post(f"/booking/{booking.pk}/cancel/", {"seen": seen_on(page)})
        sent = {"seen": seen_on(page), "cause": CancelReason.ILLNESS}
        done = family.post(f"/booking/{booking.pk}/cancel/", sent)

    assert "急な発熱・病気（利用料の50％：750円）" in words(page)
    assert "予定の変更（利用料の100％：1,500円）" in words(page)
    assert "理由を選んでください" in words(again)
    assert done["Location"] == f"/booking/{booking.pk}/"
    assert Fee.objects.get(booking=booking).amount == 750


def test_what_became_dearer_meanwhile_is_shown_again(public_client, parent, booking):
    with time_machine.travel(DEADLINE - MINUTE, tick=False) as traveller:
        family = public_client.log_in(parent)
        page = family.get(f"/booking/{booking.pk}/cancel/")
        traveller.move_to(DEADLINE + MINUTE)
        sent = {"seen": seen_on(page), "cause": CancelReason.PLANS}
        warned = family.post(f"/booking/{booking.pk}/cancel/", sent)
        booking.refresh_from_db()
        state = booking.state
        sent["seen"] = seen_on(warned)
        family.post(f"/booking/{booking.pk}/cancel/", sent)

    assert "キャンセル料はかかりません" in words(page)
    assert "キャンセル料が変わりました" in words(warned)
    booking.refresh_from_db()
    assert (state, booking.state) == (BookingState.CONFIRMED, BookingState.CANCELLED_CHARGED)


def test_undo_that_comes_too_late_leads_to_the_price(public_client, parent, booking):
    with time_machine.travel(DEADLINE + MINUTE, tick=False):
        family = public_client.log_in(parent)
        answer = family.post(f"/booking/{booking.pk}/undo/")

    booking.refresh_from_db()
    assert answer["Location"] == f"/booking/{booking.pk}/cancel/"
    assert booking.state == BookingState.CONFIRMED


def test_a_manager_cancels_for_a_family_and_waives(staff_client, manager, booking):
    with time_machine.travel(TEN - 60 * MINUTE, tick=False):
        staff = staff_client.log_in(manager)
        page = staff.get(f"/today/{booking.pk}/call-off/")
        seen = re.search(r'name="cancel-seen" value="([^"]*)"', page.content.decode())[1]
        sent = {
            "form": "cancel", "cancel-seen": seen, "cancel-cause": CancelReason.PLANS,
            "cancel-channel": Channel.PHONE, "cancel-waived_because": "電車の事故のため",
        }  # fmt: skip
        answer = staff.post(f"/today/{booking.pk}/call-off/", sent)

    fee = Fee.objects.get(booking=booking)
    assert answer.status_code == 302
    assert (fee.cancellation_amount, fee.waived_amount, fee.amount) == (1500, 1500, 0)


def test_a_carer_is_not_offered_to_waive_and_sends_it_in_vain(staff_client, carer, booking):
    with time_machine.travel(TEN - 60 * MINUTE, tick=False):
        staff = staff_client.log_in(carer)
        page = staff.get(f"/today/{booking.pk}/call-off/")
        seen = re.search(r'name="cancel-seen" value="([^"]*)"', page.content.decode())[1]
        sent = {
            "form": "cancel", "cancel-seen": seen, "cancel-cause": CancelReason.PLANS,
            "cancel-channel": Channel.PHONE, "cancel-waived_because": "x",
        }  # fmt: skip
        staff.post(f"/today/{booking.pk}/call-off/", sent)
        refused = staff.post(f"/today/{booking.pk}/payment/waive/", {"words": "x"})

    assert "免除する理由" not in words(page)
    assert refused.status_code == 403
    assert Fee.objects.get(booking=booking).amount == 1500


@pytest.mark.parametrize(
    ("form", "state"),
    [
        ({"form": "absent"}, BookingState.ABSENT),
        ({"form": "away", "away-temperature": "38.0"}, BookingState.TURNED_AWAY),
        ({"form": "away", "away-temperature": "37.0"}, BookingState.CONFIRMED),
    ],
)
def test_a_carer_records_why_nobody_is_cared_for(staff_client, carer, booking, form, state):
    with time_machine.travel(TEN + 30 * MINUTE, tick=False):
        staff = staff_client.log_in(carer)
        staff.post(f"/today/{booking.pk}/call-off/", form)
        listed = words(staff.get(f"/today/?day={DAY}"))

    booking.refresh_from_db()
    assert booking.state == state
    assert str(state.label) in listed


def test_a_facility_answers_on_its_page_and_the_family_reads_why(
    public_client, staff_client, parent, carer
):
    UseRule.objects.update(approval="facility")
    slots_of_day("nerima")
    booking = BookingFactory.create(
        child=child_of(parent), facility=facility("nerima"), by=parent, at=clock.now()
    )
    staff = staff_client.log_in(carer)

    listed = words(staff.get("/approvals/"))
    again = staff.post(f"/approvals/{booking.pk}/decline/", {f"{booking.pk}-words": ""})
    staff.post(f"/approvals/{booking.pk}/decline/", {f"{booking.pk}-words": "職員が足りません"})
    page = words(public_client.log_in(parent).get(f"/booking/{booking.pk}/"))

    assert booking.child_name in listed
    assert "理由を入力してください" in words(again)
    assert Booking.objects.get(pk=booking.pk).state == BookingState.DECLINED
    assert "受入不可" in page
    assert "理由：職員が足りません" in page


def test_an_appeal_and_its_answer(public_client, staff_client, parent, other_parent, manager):
    hold = UseHoldFactory.create(booking=BookingFactory.create(child=child_of(parent), by=parent))
    address = f"/booking/holds/{hold.pk}/"

    family = public_client.log_in(parent)
    family.post(address, {"words": "入院していました。"})
    staff = staff_client.log_in(manager)
    listed = words(staff.get("/holds/"))
    staff.post(f"/holds/{hold.pk}/", {"decision": "lift", "words": "事情が分かりました。"})
    page = words(family.get(address))

    assert "林 一花" in listed
    assert "異議への返事待ち" in listed
    assert "この停止は解除されました" in page
    assert "事情が分かりました。" in page
    assert public_client.log_in(other_parent).get(address).status_code == 404
