"""午睡チェック: who is looked at how often, what a tap keeps, and what stays."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from booking.actions import attendances
from booking.day.actions import naps
from booking.day.actions.naps import Look
from booking.day.enums import Breathing, SleepPosition
from booking.day.models import NapCheck, NapRule, NapWatch
from booking.day.naps import nap_room
from booking.day.refusals import NobodyAsleep, NotHere
from history.enums import Act
from history.models import Entry
from tests.booking.day.test_day_sheet import DAY, TEN, booked, late_at, sheet
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory
from tests.factories.day import NapCheckFactory, NapWatchFactory
from tests.factories.records import ChildFactory, StaffUserFactory, facility

MINUTE = dt.timedelta(minutes=1)
NOON = late_at(12)


def here(name, user, years=1):
    """A child of so many years, here since ten."""
    born = DAY - dt.timedelta(days=365 * years + 250)
    child = ChildFactory.create(registered=True, given_name=name, date_of_birth=born)
    booking = BookingFactory.create(child=child, facility=facility("hikarigaoka"))
    with on_duty(user, TEN):
        attendances.arrive(booking=booking, by=user, at=TEN)
    return booking


def asleep(booking, user, at=NOON):
    with on_duty(user, at):
        return naps.begin(booking=booking, by=user, at=at)


def look(user, *watches, at, **how):
    values = {"position": SleepPosition.BACK} | how
    with on_duty(user, at):
        return naps.check(
            looks=[Look(watch=watch.pk, **values) for watch in watches],
            facility_id=facility("hikarigaoka").pk, by=user, at=at,
        )  # fmt: skip


def room(user, at):
    rows = sheet(user, at=at).rows
    with on_duty(user, at):
        return nap_room(rows, facility_id=facility("hikarigaoka").pk, at=at)


@pytest.fixture
def peach(carer_elsewhere):
    return here("桃", carer_elsewhere)


# How often


@pytest.mark.parametrize(("years", "minutes"), [(0, 5), (1, 10), (2, 10), (3, None), (5, None)])
def test_the_age_says_how_often(carer_elsewhere, years, minutes):
    watch = asleep(here("桃", carer_elsewhere, years), carer_elsewhere)

    assert watch.interval_minutes == minutes


def test_what_was_asked_for_at_its_beginning_holds(peach, carer_elsewhere):
    watch = asleep(peach, carer_elsewhere)
    NapRule.objects.update(toddler_minutes=3)

    (sleeper,) = room(carer_elsewhere, NOON).sleepers

    assert (sleeper.watch, sleeper.due_at) == (watch, NOON + 10 * MINUTE)


@pytest.mark.parametrize(("seconds", "is_due"), [(599, False), (600, True)])
def test_a_look_falls_due_on_the_minute(peach, carer_elsewhere, seconds, is_due):
    asleep(peach, carer_elsewhere)
    at = NOON + dt.timedelta(seconds=seconds)

    found = room(carer_elsewhere, at)

    assert [each.is_due for each in found.sleepers] == [is_due]
    assert (found.due_count, sheet(carer_elsewhere, at=at).naps_due) == (is_due, is_due)


def test_the_next_look_follows_from_the_last(peach, carer_elsewhere):
    watch = asleep(peach, carer_elsewhere)
    look(carer_elsewhere, watch, at=NOON + 4 * MINUTE)
    look(carer_elsewhere, watch, at=NOON + 16 * MINUTE)

    (sleeper,) = room(carer_elsewhere, NOON + 20 * MINUTE).sleepers

    assert sleeper.due_at == NOON + 26 * MINUTE


def test_the_longest_overdue_stands_on_top_and_who_need_not_be_looked_at_last(carer_elsewhere):
    for name, years in (("一花", 4), ("桃", 2), ("葵", 0)):
        asleep(here(name, carer_elsewhere, years), carer_elsewhere)
    here("梅", carer_elsewhere)

    found = room(carer_elsewhere, NOON + 20 * MINUTE)

    names = [each.row.booking.child_name for each in found.sleepers]
    assert names == ["髙橋 葵", "髙橋 桃", "髙橋 一花"]
    assert [row.booking.child_name for row in found.awake] == ["髙橋 梅"]


# Beginning and end


def test_nobody_sleeps_who_is_not_here(carer_elsewhere):
    with pytest.raises(NotHere):
        asleep(booked("桃"), carer_elsewhere)


def test_a_second_tap_finds_the_first(peach, carer_elsewhere):
    first = asleep(peach, carer_elsewhere)

    assert asleep(peach, carer_elsewhere, at=NOON + MINUTE) == first


def test_who_is_up_is_looked_at_no_longer_and_may_sleep_again(peach, carer_elsewhere):
    watch = asleep(peach, carer_elsewhere)
    for minutes in (5, 6):
        with on_duty(carer_elsewhere, NOON + minutes * MINUTE):
            naps.end(watch=watch, by=carer_elsewhere, at=NOON + minutes * MINUTE)

    found = room(carer_elsewhere, NOON + 30 * MINUTE)
    assert (found.sleepers, [each.ended_at for each in found.over]) == ((), [NOON + 5 * MINUTE])
    with pytest.raises(NobodyAsleep):
        look(carer_elsewhere, watch, at=NOON + 30 * MINUTE)
    assert asleep(peach, carer_elsewhere, at=NOON + 40 * MINUTE) != watch


def test_who_is_fetched_asleep_is_looked_at_no_longer(peach, carer_elsewhere):
    watch = asleep(peach, carer_elsewhere)
    with on_duty(carer_elsewhere, NOON + 5 * MINUTE):
        attendances.leave(booking=peach, by=carer_elsewhere, at=NOON + 5 * MINUTE)

    late = NOON + 30 * MINUTE
    assert room(carer_elsewhere, late).sleepers == ()
    assert sheet(carer_elsewhere, at=late).naps_due == 0
    with pytest.raises(NobodyAsleep):
        look(carer_elsewhere, watch, at=late)


# On the page


@pytest.fixture
def ward(carer_elsewhere):
    """桃 and 葵 asleep since noon, 梅 awake."""
    here("梅", carer_elsewhere)
    bookings = [here(name, carer_elsewhere, years) for name, years in (("桃", 1), ("葵", 0))]
    return [asleep(booking, carer_elsewhere) for booking in bookings]


@pytest.fixture
def later(staff_client, carer_elsewhere):
    """The open screen eleven minutes after noon."""
    with time_machine.travel(NOON + 11 * MINUTE, tick=False):
        yield staff_client.log_in(carer_elsewhere)


def tap(client, **data):
    return client.post("/naps/check/", data, follow=True).content.decode()


def test_what_is_due_is_seen_on_the_list_and_on_the_page(ward, later):
    listed, page = (later.get(path).content.decode() for path in ("/today/", "/naps/"))

    assert "午睡チェックの時刻です：2人" in listed
    assert page.count("nap-due") == 2 + 1
    assert "仮設定" in page
    entry = Entry.objects.filter(act=Act.LIST, path="/naps/").get()
    assert len(entry.child_ids) == 3


def test_one_tap_for_one_child(ward, later, carer_elsewhere):
    first, _second = ward

    page = tap(later, nap=first.pk)

    (kept,) = NapCheck.objects.all()
    assert (kept.watch, kept.position, kept.breathing, kept.checked_by, kept.checked_at) == (
        first, SleepPosition.BACK, Breathing.CALM, carer_elsewhere, NOON + 11 * MINUTE,
    )  # fmt: skip
    assert "1人の確認を記録しました。" in page
    assert "12:21に確認" in page


def test_one_tap_for_all_keeps_how_each_lies(ward, later):
    first, second = ward

    tap(later, nap="all", **{f"position-{second.pk}": "turned", f"note-{first.pk}": "せきが出る"})

    kept = {
        each.watch: (each.position, each.breathing, each.note) for each in NapCheck.objects.all()
    }
    assert kept == {
        first: (SleepPosition.BACK, Breathing.CONCERN, "せきが出る"),
        second: (SleepPosition.TURNED, Breathing.CALM, ""),
    }


def test_something_is_wrong_with_one(ward, later):
    first, _second = ward

    page = tap(later, concern=first.pk)

    assert NapCheck.objects.get().breathing == Breathing.CONCERN
    assert "気になる" in page


def test_a_tap_for_nobody_keeps_nothing(ward, later):
    for data in ({}, {"nap": "0"}):
        assert "お子さんはもう起きたか、お迎えが済んでいます。" in tap(later, **data)
    assert not NapCheck.objects.exists()


def test_put_down_and_up_again_by_a_tap(peach, later):
    later.post(f"/naps/{peach.pk}/begin/")
    watch = NapWatch.objects.get()
    later.post(f"/naps/{watch.pk}/end/")

    watch.refresh_from_db()
    assert (watch.began_at, watch.ended_at) == (NOON + 11 * MINUTE, NOON + 11 * MINUTE)
    page = later.get("/naps/").content.decode()
    assert "12:11～12:11" in page


def test_another_facility_finds_no_nap(ward, carer, staff_client):
    with time_machine.travel(NOON + 11 * MINUTE, tick=False):
        client = staff_client.log_in(carer)
        page = client.get("/naps/").content.decode()
        answer = client.post(f"/naps/{ward[0].pk}/end/").status_code
        said = tap(client, nap=ward[0].pk)

    assert ("桃" in page, answer) == (False, 404)
    assert "お子さんはもう起きた" in said
    assert not NapCheck.objects.exists()


# Past the pages


def test_a_look_is_written_by_who_looks(peach, carer_elsewhere):
    watch = asleep(peach, carer_elsewhere)
    with on_duty(carer_elsewhere, NOON):
        made = NapCheckFactory.create(watch=watch, checked_by=carer_elsewhere, checked_at=NOON)

    assert made.watch == watch


@pytest.mark.parametrize("wrong", ["name", "time", "up"])
def test_nobody_writes_a_look_otherwise(peach, carer_elsewhere, wrong):
    values = {"checked_by": carer_elsewhere, "checked_at": NOON}
    watch = asleep(peach, carer_elsewhere)
    if wrong == "name":
        values["checked_by"] = StaffUserFactory.create(username="H5009")
    elif wrong == "time":
        values["checked_at"] = NOON + MINUTE
    else:
        NapWatch.objects.update(ended_at=NOON, ended_by=carer_elsewhere)

    with pytest.raises(DatabaseError), transaction.atomic(), on_duty(carer_elsewhere, NOON):
        NapCheckFactory.create(watch=watch, **values)


def test_nobody_is_put_down_who_is_not_here(carer_elsewhere):
    coming = booked("桃")

    with pytest.raises(DatabaseError), transaction.atomic(), on_duty(carer_elsewhere, NOON):
        NapWatchFactory.create(booking=coming, begun_by=carer_elsewhere, began_at=NOON)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE day_napcheck SET position = 'side'",
        "DELETE FROM day_napcheck",
        "UPDATE day_napwatch SET began_at = began_at - interval '1 hour'",
        "DELETE FROM day_napwatch",
    ],
)
def test_what_is_written_stays(peach, carer_elsewhere, statement):
    look(carer_elsewhere, asleep(peach, carer_elsewhere), at=NOON)

    with (
        on_duty(carer_elsewhere, NOON),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_nap_that_is_over_is_not_ended_anew(peach, carer_elsewhere):
    watch = asleep(peach, carer_elsewhere)
    with on_duty(carer_elsewhere, NOON):
        naps.end(watch=watch, by=carer_elsewhere, at=NOON)

    with on_duty(carer_elsewhere, NOON + MINUTE), connection.cursor() as cursor:
        cursor.execute("UPDATE day_napwatch SET ended_at = %s", [NOON + MINUTE])
        assert cursor.rowcount == 0


def test_the_center_alone_says_how_often(staff_client, clerk, manager):
    rule = NapRule.objects.get()
    changed = {
        "valid_from": rule.valid_from, "valid_to": "", "infant_minutes": 4, "toddler_minutes": 9,
    }  # fmt: skip
    address = f"/day/naprule/{rule.pk}/change/"

    answers = [
        staff_client.log_in(user).post(address, changed).status_code for user in (manager, clerk)
    ]

    rule.refresh_from_db()
    assert answers == [403, 302]
    assert (rule.infant_minutes, rule.is_provisional) == (4, False)
