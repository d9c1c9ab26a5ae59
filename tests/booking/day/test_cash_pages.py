"""日計 over HTTP: what is shown before closing, and whose name is put down how."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from booking.actions import attendances, payments
from booking.day import cash_slip, closing, risks
from booking.day.models import CashCount
from history import clock
from history.enums import Act
from history.models import Entry
from records.enums import Role, Severity
from records.models import SignIn
from tests.booking.day.test_day_sheet import allergic
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.day import (
    CashCountFactory,
    JointReadingFactory,
    LateNoticeFactory,
    MealCheckFactory,
    PickUpChangeFactory,
)
from tests.factories.records import (
    ChildFactory,
    FacilityMembershipFactory,
    PickUpPersonFactory,
    StaffUserFactory,
    facility,
)
from tests.factories.terminals import PIN, SignInFactory, choose_credential

BEFORE = clock.now()
DAY = coming_monday()
EVENING = clock.at(DAY, dt.time(18, 30))
HOUR = dt.timedelta(hours=1)
EVEN = {"float_amount": "5000", "yen_1000": "5", "yen_500": "3", "taken": "1500"}


@pytest.fixture
def evening(staff_client, carer_elsewhere):
    """The carer's open screen at 光が丘, after the last child."""
    with time_machine.travel(EVENING, tick=False):
        yield staff_client.log_in(carer_elsewhere)


@pytest.fixture
def colleague(evening, carer_elsewhere):
    """Signed in at the same terminal."""
    user = StaffUserFactory.create(username="H5003", name="光が丘 二人目")
    FacilityMembershipFactory.create(user=user, facility=facility("hikarigaoka"), role=Role.CARER)
    choose_credential(user)
    return SignInFactory.create(
        terminal=SignIn.objects.get(user=carer_elsewhere).terminal, user=user,
        signed_in_at=EVENING, ends_at=EVENING + dt.timedelta(hours=9),
    )  # fmt: skip


def booked(name, code="hikarigaoka"):
    with time_machine.travel(BEFORE, tick=False):
        child = ChildFactory.create(registered=True, given_name=name)
        return BookingFactory.create(child=child, facility=facility(code))


def arrived(name, by, code="hikarigaoka"):
    booking = booked(name, code)
    attendances.arrive(booking=booking, by=by, at=booking.starts_at)
    return booking


def fetched(name, by):
    booking = arrived(name, by)
    attendances.leave(booking=booking, by=by, at=booking.ends_at)
    return booking


def paid(by):
    booking = fetched("花", by)
    payments.take(fee=booking.fee, amount=1500, by=by, at=booking.ends_at)


def page(client, path="/cash/new/"):
    return client.get(path).content.decode()


def close(client, **changes):
    return client.post("/cash/new/", EVEN | changes, follow=True).content.decode()


def test_what_is_open_is_listed_with_its_way_on(evening, carer_elsewhere):
    away, here = booked("桃"), arrived("梅", carer_elsewhere)
    owing, elsewhere = fetched("桜", carer_elsewhere), arrived("菊", carer_elsewhere, "nerima")
    paid(carer_elsewhere)

    found = page(evening)

    assert f"#booking-{away.pk}" in found
    assert f"#booking-{here.pk}" in found
    assert reverse("admin:payment", args=[owing.pk], urlconf="azukari.urls_staff") in found
    assert [name in found for name in ("桃", "梅", "桜", "菊", "花")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert str(elsewhere.pk) not in found
    entry = Entry.objects.filter(act=Act.LIST, path="/cash/new/").get()
    assert set(entry.child_ids) == {each.child_id for each in (away, here, owing)}


def test_all_that_is_open_is_listed_where_it_is_settled(evening, carer_elsewhere, colleague):
    here, unread = arrived("梅", carer_elsewhere), arrived("蘭", carer_elsewhere)
    allergic(unread, Severity.ANAPHYLAXIS)
    half = fetched("椿", carer_elsewhere)
    allergic(half, Severity.ANAPHYLAXIS)
    JointReadingFactory.create(
        booking=half, first_by=carer_elsewhere, risks=risks.written(risks.risks_of(half.child))
    )
    asked, registered = booked("菫"), fetched("萩", carer_elsewhere)
    LateNoticeFactory.create(booking=asked, sent_by=carer_elsewhere)
    PickUpChangeFactory.create(
        booking=here, sent_by=carer_elsewhere, replied_by=carer_elsewhere, replied_at=EVENING
    )
    PickUpChangeFactory.create(
        booking=registered, sent_by=carer_elsewhere, person=None,
        chosen=PickUpPersonFactory.create(child=registered.child).pk,
        replied_by=carer_elsewhere, replied_at=EVENING,
    )  # fmt: skip
    MealCheckFactory.create(checked_at=EVENING - HOUR, first_by=carer_elsewhere)

    left = what_is_open_to(carer_elsewhere)
    found = page(evening)

    assert left == {
        "not_come": {asked.pk}, "not_fetched": {here.pk, unread.pk},
        "unpaid": {half.pk, registered.pk}, "unanswered": {asked.pk, here.pk},
        "unread": {half.pk, unread.pk}, "meal": {None},
    }  # fmt: skip
    for name, booking in (("messages", asked), ("care_card", half), ("payment", half)):
        assert reverse(f"admin:{name}", args=[booking.pk], urlconf="azukari.urls_staff") in found
    assert 'href="/meals/"' in found


def test_a_day_with_open_rows_is_closed_for_a_reason_alone(evening, carer_elsewhere):
    paid(carer_elsewhere)
    arrived("梅", carer_elsewhere)

    without = close(evening, open_count="1")
    changed = close(evening, open_count="3", open_reason="迎えが遅い")
    assert "残っているものがあります。" in without
    assert "残っているものが変わりました。" in changed
    assert not CashCount.objects.exists()

    closed = close(evening, open_count="1", open_reason="迎えが遅い")
    count = CashCount.objects.get()
    assert (count.open_count, count.open_reason) == (1, "迎えが遅い")
    assert "1件を残したまま締めました。理由：迎えが遅い" in closed


def test_closing_before_the_last_pick_up_is_warned_of(staff_client, carer_elsewhere):
    expected = booked("桃")
    with time_machine.travel(expected.starts_at, tick=False):
        before = page(staff_client.log_in(carer_elsewhere))
    with time_machine.travel(EVENING, tick=False):
        after = page(staff_client.log_in(carer_elsewhere))

    assert "まだ最後のお迎えの前です" in before
    assert "まだ最後のお迎えの前です" not in after
    assert "来所も連絡もない" in after


def test_the_days_list_leads_to_the_cash(evening):
    assert 'href="/cash/"' in page(evening, "/today/")


def what_is_open_to(user):
    with on_duty(user, EVENING):
        left = closing.what_is_open(
            user=user, facility_id=facility("hikarigaoka").pk, day=DAY, at=EVENING
        )
        return {
            group.kind.value: {row.booking and row.booking.pk for row in group.rows}
            for group in left.groups
        }


def test_a_check_adds_up_and_closes_nothing(evening, carer_elsewhere):
    paid(carer_elsewhere)

    found = close(evening, yen_500="2", check="1")

    assert "-500円" in found
    assert "差額があります。" in found
    assert not CashCount.objects.exists()


def test_closing_keeps_what_was_typed_and_locks_the_day(evening, carer_elsewhere):
    paid(carer_elsewhere)

    found = close(evening, deposit_amount="1500", slip="A-17")

    count = CashCount.objects.get()
    assert (count.closed_by, count.day, count.slip) == (carer_elsewhere, DAY, "A-17")
    assert (count.cash_amount, count.kept_amount) == (1500, 5000)
    assert "2人目の確認がまだ" in found
    assert "すでに締めた" in evening.get("/cash/new/", follow=True).content.decode()


def test_a_payment_meanwhile_is_shown_and_the_count_kept(evening, carer_elsewhere):
    paid(carer_elsewhere)

    found = close(evening, taken="0")

    assert "数えているあいだに、入金がありました。" in found
    assert 'name="taken" value="1500"' in found
    assert 'value="3"' in found
    assert not CashCount.objects.exists()


def test_a_colleague_adds_the_second_name_by_pin(evening, carer_elsewhere, colleague):
    paid(carer_elsewhere)
    assert "光が丘 二人目 さんと一緒に確かめました" in close(evening)
    count = CashCount.objects.get()
    there = f"/cash/{count.pk}/confirm/"

    own = evening.post(there, follow=True).content.decode()
    wrong = evening.post(there, {"colleague": colleague.pk, "pin": "000000"}, follow=True)
    assert "1人目とは別の職員" in own
    assert "PINが違います。" in wrong.content.decode()
    assert CashCount.objects.get().second_by is None

    evening.post(there, {"colleague": colleague.pk, "pin": PIN})
    assert CashCount.objects.get().second_by == colleague.user
    named = CashCount.history.order_by("history_id").values_list("history_user_id", flat=True)
    assert list(named) == [carer_elsewhere.pk, colleague.user_id]


def test_the_center_reads_every_box_and_counts_none(staff_client, clerk):
    count = CashCountFactory.create()
    there = facility("hikarigaoka").pk
    client = staff_client.log_in(clerk)

    listed = client.get(f"/cash/?facility={there}").content.decode()

    assert str(count.pk) in listed
    assert "今日の日計を締める" not in listed
    assert client.get(f"/cash/{count.pk}/").status_code == 200
    assert client.get("/cash/new/").status_code == 403
    assert client.post(f"/cash/{count.pk}/confirm/").status_code == 403


def test_another_facilitys_box_is_not_found(staff_client, carer):
    count = CashCountFactory.create()
    client = staff_client.log_in(carer)

    assert client.get(f"/cash/{count.pk}/").status_code == 404
    assert client.post(f"/cash/{count.pk}/confirm/").status_code == 404
    assert str(count.pk) not in client.get("/cash/").content.decode()


def test_the_slip_says_what_was_counted_and_by_whom(staff_client, carer_elsewhere, carer):
    count = CashCountFactory.create(
        yen_1000=5, float_amount=5500, difference_reason="数え間違いか不明", slip="A-17",
        deposit_amount=1000, closed_by=carer_elsewhere,
    )  # fmt: skip
    count.refresh_from_db()

    said = cash_slip.content(count, at=EVENING)
    paper = staff_client.log_in(carer_elsewhere).get(f"/cash/{count.pk}/slip.pdf")
    elsewhere = staff_client.log_in(carer).get(f"/cash/{count.pk}/slip.pdf")

    assert [row[2] for row in said["sums"]] == [
        "5,500円", "0円", "5,500円", "5,000円", "-500円", "1,000円", "4,000円",
    ]  # fmt: skip
    assert said["pieces"] == [["1,000円", "5枚", "5,000円"]]
    assert [each["name"] for each in said["names"]] == [carer_elsewhere.name, ""]
    assert said["notes"] == ["差額の理由：数え間違いか不明"]
    assert paper.content.startswith(b"%PDF")
    assert elsewhere.status_code == 404
