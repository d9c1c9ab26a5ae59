"""休所 over HTTP: who prepares, who decides, what families read, and what 要対応 offers."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions import closures, rosters
from booking.models import Booking, Call, Closure
from history import clock
from history.models import Entry
from records.models import FacilityMembership
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import (
    BookingFactory,
    CallFactory,
    ClosureFactory,
    coming_monday,
    slots_of_day,
)
from tests.factories.records import ChildFactory, facility

DAY = coming_monday()
TEN = clock.at(DAY, dt.time(10))


def book(code="nerima", **fields):
    child = ChildFactory.create(registered=True, **fields)
    return BookingFactory.create(child=child, facility=facility(code))


def posted(*codes, **changes):
    numbers = [facility(code).pk for code in codes or ("nerima",)]
    return {
        "facilities": numbers, "day": DAY, "kind": "closed", "time": "", "reason": "weather",
        "words": "大雪の予報のため。", "decide_on": DAY, "decide_at": "06:30",
    } | changes  # fmt: skip


def prepared(client, *codes, **changes):
    client.post("/closures/new/", posted(*codes, **changes))
    return Closure.objects.order_by("facility__number")


def test_a_manager_closes_the_own_facility(staff_client, manager):
    """Also what belongs to children at home elsewhere, whose records stay shut."""
    booking = book()
    assert booking.child.household.home_facility == facility("nerima")
    guest = book(household__home_facility=facility("seki"))
    client = staff_client.log_in(manager)

    (closure,) = prepared(client)
    page = client.get(f"/closures/{closure.batch}/").content.decode()
    assert [each.child_name in page for each in (booking, guest)] == [True, True]
    client.post(f"/closures/{closure.batch}/confirm/")

    closure.refresh_from_db()
    assert (closure.state, closure.decided_by) == ("confirmed", manager)
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled_by_facility"}
    assert set(facility("nerima").slots.on_day(DAY).values_list("taken", "places")) == {(0, 0)}

    client.post(f"/closures/{closure.batch}/lift/")

    closure.refresh_from_db()
    assert (closure.state, closure.lifted_by) == ("lifted", manager)
    assert set(facility("nerima").slots.on_day(DAY).values_list("places", flat=True)) == {
        facility("nerima").capacity
    }


def test_the_center_closes_all_or_one_of_those_it_prepared(staff_client, clerk):
    client = staff_client.log_in(clerk)
    first, second = prepared(client, "nerima", "hikarigaoka")
    assert first.batch == second.batch

    client.post(f"/closures/{first.batch}/confirm/", {"closure": first.pk})
    assert [each.state for each in Closure.objects.order_by("facility__number")] == [
        "confirmed", "prepared",
    ]  # fmt: skip
    client.post(f"/closures/{first.batch}/confirm/")

    assert set(Closure.objects.values_list("state", flat=True)) == {"confirmed"}


def test_a_manager_decides_nothing_of_another_facility(staff_client, manager, clerk):
    """What is prepared there is not even seen; the center, for control, sees it."""
    closure = ClosureFactory.create(words="まだ秘密です")
    path = f"/closures/{closure.batch}/"
    assert "まだ秘密です" in staff_client.log_in(clerk).get(path).content.decode()

    client = staff_client.log_in(manager)

    for each in (path, f"{path}confirm/", f"{path}drop/", f"{path}lift/"):
        method = client.get if each == path else client.post
        assert method(each).status_code == 404, each
    assert client.get("/closures/").content.decode().count("closure-row") == 0
    client.post("/closures/new/", posted("hikarigaoka"))
    assert Closure.objects.get().state == "prepared"
    with on_duty(manager, clock.now()):
        assert Closure.objects.count() == 0
    with on_duty(clerk, clock.now()):
        assert Closure.objects.count() == 1


def test_of_a_batch_a_manager_decides_the_own_part(staff_client, manager, clerk):
    prepared(staff_client.log_in(clerk), "nerima", "hikarigaoka")
    batch = Closure.objects.first().batch

    staff_client.log_in(manager).post(f"/closures/{batch}/confirm/")

    states = dict(Closure.objects.values_list("facility__code", "state"))
    assert states == {"nerima": "confirmed", "hikarigaoka": "prepared"}


def test_a_carer_reads_and_does_not_decide(staff_client, carer_elsewhere):
    closure = ClosureFactory.create()
    client = staff_client.log_in(carer_elsewhere)

    page = client.get(f"/closures/{closure.batch}/")

    assert (page.status_code, "休所に決定する" in page.content.decode()) == (200, False)
    assert client.post(f"/closures/{closure.batch}/confirm/").status_code == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"facilities": []}, "施設を選んでください。"),
        ({"day": DAY - dt.timedelta(days=60)}, "今日から90日先までの日を入れてください。"),
        ({"kind": "opens_late"}, "時刻を入れてください。例：10:00"),
        ({"decide_on": DAY + dt.timedelta(days=1)}, "休む日までの時刻にしてください。"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(staff_client, clerk, changes, words):
    page = staff_client.log_in(clerk).post("/closures/new/", posted(**changes)).content.decode()

    assert (words in page, "大雪の予報のため。" in page) == (True, True)
    assert Closure.objects.count() == 0


def test_a_second_one_of_the_day_is_refused_by_name(staff_client, clerk):
    client = staff_client.log_in(clerk)
    prepared(client)

    page = client.post("/closures/new/", posted()).content.decode()

    assert "この施設には、この日の休所がすでにあります。" in page
    assert Closure.objects.count() == 1


def test_reading_whom_it_meets_leaves_its_entry(staff_client, clerk):
    booking = book()
    (closure,) = prepared(staff_client.log_in(clerk))

    staff_client.get(f"/closures/{closure.batch}/")

    entry = Entry.objects.filter(path=f"/closures/{closure.batch}/").get()
    assert (entry.act, entry.child_ids) == ("list", [booking.child_id])


@pytest.mark.parametrize("is_decided", [False, True])
def test_the_number_of_statements_does_not_grow(staff_client, clerk, is_decided):
    """Of the page with its bookings, and of the calls about them."""
    client, counts = staff_client.log_in(clerk), []
    closure = ClosureFactory.create(facility=facility("nerima"))
    client.get("/calls/")
    for number in (1, 2):
        for _each in range(number):
            CallFactory.create(booking=book())
        if is_decided:
            closures.confirm(closures=[closure], by=clerk, at=TEN - dt.timedelta(days=2))
            closures.lift(closures=[closure], by=clerk, at=TEN - dt.timedelta(days=2))
            closure = ClosureFactory.create(facility=facility("nerima"), batch=closure.batch)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/closures/{closure.batch}/")
            client.get("/calls/")
        counts.append(len(captured))

    assert counts[0] == counts[1]


# What families read


@pytest.mark.parametrize("path", ["/", "/facilities/hikarigaoka/", "/availability/"])
def test_families_read_of_it_once_it_is_decided(public_client, clerk, path):
    slots_of_day()
    closure = ClosureFactory.create(words="雪で道がふさがっています。", prepared_by=clerk)
    before = public_client.get(path, follow=True).content.decode()

    closures.confirm(closures=[closure], by=clerk, at=closure.announce_at)

    after = public_client.get(path, follow=True).content.decode()
    words = ["お休みのお知らせ", "雪で道がふさがっています。"]
    assert [[each in page for each in words] for page in (before, after)] == [
        [False, False], [True, True],
    ]  # fmt: skip


def test_another_facilitys_page_is_silent_about_it(public_client, clerk):
    closures.confirm(closures=[ClosureFactory.create()], by=clerk, at=TEN - dt.timedelta(days=1))

    page = public_client.get("/facilities/nerima/").content.decode()

    assert "お休みのお知らせ" not in page


def test_the_table_shows_it(public_client, clerk):
    slots_of_day()
    path = f"/availability/hikarigaoka/{DAY}/"
    open_cells = public_client.get(path).content.decode().count("vacancy-closed")

    closures.confirm(closures=[ClosureFactory.create()], by=clerk, at=TEN - dt.timedelta(days=1))

    closed = public_client.get(path).content.decode().count("vacancy-closed")
    assert closed - open_cells == 8


# 要対応


def short_of_staff(code="nerima"):
    starts = [slot.starts_at for slot in slots_of_day(code)]
    rosters.set_day(facility=facility(code), day=DAY, staff=dict.fromkeys(starts, 1))


def test_a_family_is_rung_up_from_the_list(staff_client, carer):
    booking = book()
    short_of_staff()
    client = staff_client.log_in(carer)
    assert f"/attention/{booking.pk}/" in client.get("/attention/").content.decode()

    client.post(f"/attention/{booking.pk}/call/", {"result": "no_answer"})

    assert "不在（かけ直す）" in client.get("/attention/").content.decode()
    assert "不在 1回" in client.get("/calls/").content.decode()
    client.post(f"/attention/{booking.pk}/call/", {"result": "reached"})
    call = Call.objects.get()
    assert (call.result, call.called_by, call.tries) == ("reached", carer, 2)


def test_a_manager_takes_a_booking_back_and_the_half_hours_are_in_order(staff_client, manager):
    booking = book(needs_one_to_one=True)
    short_of_staff()
    client = staff_client.log_in(manager)

    client.post(f"/attention/{booking.pk}/retract/", {"words": "職員が急に休んだため。"})

    booking.refresh_from_db()
    booking.fee.refresh_from_db()
    assert (booking.state, booking.fee.due) == ("cancelled_by_facility", 0)
    assert "対応が必要な時間帯はありません。" in client.get("/attention/").content.decode()


def test_a_booking_is_not_taken_back_without_words(staff_client, manager):
    booking = book()

    page = staff_client.log_in(manager).post(f"/attention/{booking.pk}/retract/", {"words": ""})

    assert "取り消す理由を、ご家庭への言葉で入れてください。" in page.content.decode()
    booking.refresh_from_db()
    assert booking.state == "confirmed"


def test_a_carer_takes_nothing_back(staff_client, carer):
    booking = book()

    answer = staff_client.log_in(carer).post(f"/attention/{booking.pk}/retract/", {"words": "早く"})

    assert answer.status_code == 403
    assert (
        "取り消しは、施設責任者かセンターが決めます。"
        in staff_client.get(f"/attention/{booking.pk}/").content.decode()
    )


def test_another_facilitys_booking_is_not_found(staff_client, manager):
    booking = book("hikarigaoka")
    client = staff_client.log_in(manager)

    assert FacilityMembership.objects.get(user=manager).facility == facility("nerima")
    assert client.get(f"/attention/{booking.pk}/").status_code == 404
    assert client.post(f"/attention/{booking.pk}/call/", {"result": "reached"}).status_code == 404
    assert client.post(f"/attention/{booking.pk}/retract/", {"words": "早く"}).status_code == 404
    assert Call.objects.count() == 0
