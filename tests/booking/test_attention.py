"""要対応: red half hours, the bookings concerned and what to do for each."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions import attendances, rosters
from history import clock
from history.models import Entry
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory, facility

DAY = coming_monday()
TEN = clock.at(DAY, dt.time(10))
HALF_HOUR = dt.timedelta(minutes=30)


def book(starts_at=TEN, hours=3, **fields):
    child = ChildFactory.create(registered=True, **fields)
    return BookingFactory.create(
        child=child, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=hours)
    )


def staff_from_nine(number):
    slots_of_day()
    starts = [clock.at(DAY, dt.time(9)) + HALF_HOUR * each for each in range(16)]
    rosters.set_day(facility=facility("hikarigaoka"), day=DAY, staff=dict.fromkeys(starts, number))


def test_neighbours_that_lack_the_same_are_one_entry(staff_client, carer_elsewhere):
    one_to_one = [book(needs_one_to_one=True) for _ in range(3)]
    staff_from_nine(2)

    page = staff_client.log_in(carer_elsewhere).get("/attention/").content.decode()

    assert page.count("職員があと1人必要です（必要 3人・配置 2人）。") == 1
    assert page.count("10:00～13:00") == 4
    assert [each.child_name in page for each in one_to_one] == [True] * 3
    # Each alone would be enough, and each says so.
    assert page.count("この予約だけが動けば、足りるようになります。") == 3


def test_it_is_gone_when_the_staff_are_back(staff_client, carer_elsewhere):
    book()
    staff_from_nine(1)
    client = staff_client.log_in(carer_elsewhere)
    assert "配置不足" in client.get("/attention/").content.decode()

    staff_from_nine(2)

    assert "対応が必要な時間帯はありません。" in client.get("/attention/").content.decode()


def test_what_to_do_hangs_on_where_the_child_is(staff_client, carer_elsewhere):
    booking = book()
    staff_from_nine(1)
    client = staff_client.log_in(carer_elsewhere)
    assert "ご家庭にお電話で" in client.get("/attention/").content.decode()

    attendances.arrive(booking=booking, by=carer_elsewhere, at=TEN)

    page = client.get("/attention/").content.decode()
    assert ("お預かりを続けてください" in page, "ご家庭にお電話で" in page) == (True, False)


def test_another_facility_reads_nothing_of_it(staff_client, carer, carer_elsewhere):
    booking = book(family_name="紅葉")
    staff_from_nine(1)

    seen = {
        person: booking.child_name
        in staff_client.log_in(person).get("/attention/").content.decode()
        for person in (carer, carer_elsewhere)
    }

    assert seen == {carer: False, carer_elsewhere: True}


def test_reading_it_leaves_its_entry(staff_client, carer_elsewhere):
    booking = book()
    staff_from_nine(1)

    staff_client.log_in(carer_elsewhere).get("/attention/")

    entry = Entry.objects.filter(path="/attention/").get()
    assert (entry.act, entry.child_ids) == ("list", [booking.child_id])


def test_the_days_list_tells_of_it(staff_client, carer_elsewhere):
    book()
    client = staff_client.log_in(carer_elsewhere)
    before = client.get(f"/today/?day={DAY}").content.decode()
    staff_from_nine(1)

    page = client.get(f"/today/?day={DAY}").content.decode()

    assert ["足りない時間帯があります" in text for text in (before, page)] == [False, True]
    assert "10:00～13:00" in page


def test_the_number_of_statements_does_not_grow(staff_client, carer_elsewhere):
    client = staff_client.log_in(carer_elsewhere)
    book()
    staff_from_nine(1)
    client.get("/attention/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get("/attention/")
        counts.append(len(captured))
        rosters.clear(facility=facility("hikarigaoka"), day=DAY)
        for hour in (0, 3, 5):
            book(starts_at=TEN + dt.timedelta(hours=hour), hours=1)
        staff_from_nine(1)

    assert counts[0] == counts[1]
