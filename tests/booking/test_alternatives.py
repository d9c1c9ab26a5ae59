"""What else would fit: another time here, the same time elsewhere, and nothing that would not."""

import datetime as dt

import pytest

from booking.actions import draws
from booking.actions.bookings import Wish
from booking.alternatives import CURABLE, Kind, alternatives
from booking.enums import ReleaseMode
from booking.models import Slot, UseRule
from booking.refusals import Reason
from history import clock, context
from records.models import Registration
from tests.factories.booking import (
    BookingFactory,
    ReleaseFactory,
    UseRuleFactory,
    coming_monday,
    slots_of_day,
)
from tests.factories.records import facility
from tests.people import child_of
from tests.records.worker import as_worker

DAY = coming_monday()
NOW = clock.at(DAY, dt.time(10)) - dt.timedelta(days=3)


def moment(time, day=DAY):
    return clock.at(day, dt.time.fromisoformat(time))


@pytest.fixture
def wish(database, parent):
    """Ten to one at 光が丘, where that is full; 関 is open as well."""
    slots_of_day("hikarigaoka")
    slots_of_day("seki")
    full("hikarigaoka", "10:00", "13:00")
    return Wish(child_of(parent), facility("hikarigaoka"), moment("10:00"), moment("13:00"))


def full(code, start, end):
    slots = Slot.objects.filter(facility__code=code)
    slots.between(moment(start), moment(end)).update(places=0)


def found(wish, **options):
    return [
        (each.kind, each.facility.code, each.starts_at, each.ends_at)
        for each in alternatives(wish, at=NOW, **options)
    ]


HERE = (Kind.OTHER_TIME, "hikarigaoka", moment("13:00"), moment("16:00"))
LINE = (Kind.WAITING_LIST, "hikarigaoka", moment("10:00"), moment("13:00"))
THERE = (Kind.OTHER_FACILITY, "seki", moment("10:00"), moment("13:00"))


def test_the_nearest_time_here_and_the_same_time_elsewhere(wish):
    assert found(wish) == [HERE, THERE, LINE]


def test_they_read_as_a_text(wish):
    day = f"{DAY.year}年{DAY.month}月{DAY.day}日（月）"

    assert [str(each) for each in alternatives(wish, at=NOW)] == [
        f"この施設の別の時間：光が丘ぴよぴよ {day}13:00～16:00",
        f"ほかの施設の同じ時間：関ぴよぴよ {day}10:00～13:00",
        f"キャンセル待ち：光が丘ぴよぴよ {day}10:00～13:00",
    ]


def test_what_is_full_elsewhere_is_not_named(wish):
    full("seki", "12:30", "13:00")

    assert found(wish) == [HERE, LINE]


def test_another_day_where_this_one_has_no_room(wish):
    full("hikarigaoka", "09:00", "17:00")
    slots_of_day("hikarigaoka", DAY + dt.timedelta(days=1))

    tomorrow = DAY + dt.timedelta(days=1)
    assert found(wish)[0] == (
        Kind.OTHER_TIME, "hikarigaoka", moment("10:00", tomorrow), moment("13:00", tomorrow),
    )  # fmt: skip


def test_only_times_that_the_rules_allow(wish):
    rule = UseRule.objects.get()
    rule.start_times = [dt.time(9), dt.time(13, 30)]
    rule.save()

    assert found(wish) == [
        (Kind.OTHER_TIME, "hikarigaoka", moment("13:30"), moment("16:30")),
    ]


def test_each_facility_by_its_own_rules(wish):
    UseRuleFactory.create(facility=facility("seki"), valid_from=DAY, valid_to=None, min_minutes=240)

    assert found(wish) == [HERE, LINE]


@pytest.mark.parametrize("opened", [-10, 10, 40], ids=["before", "collecting", "drawing"])
def test_none_on_days_that_are_still_to_be_drawn(wish, opened):
    """Requests are collected for half an hour, and what follows has no minute of its own."""
    release = ReleaseFactory.create(
        mode=ReleaseMode.DRAW, facility=facility("hikarigaoka"), first_day=DAY,
        opens_at=NOW - dt.timedelta(minutes=opened), collects_minutes=30,
    )  # fmt: skip
    with as_worker(), context.acting("system:draws"):
        draws.seal(release=release)

    assert found(wish) == [THERE]


def test_none_where_the_child_is_elsewhere(wish):
    full("seki", "09:00", "10:00")
    # The child spends the afternoon at 関, and can't begin another stay before it ends.
    from_one = Wish(wish.child, facility("seki"), moment("13:00"), moment("17:00"))
    book(from_one)

    assert found(wish) == [THERE, LINE]


def book(wish):
    BookingFactory.create(
        child=wish.child, facility=wish.facility, starts_at=wish.starts_at, ends_at=wish.ends_at,
        by=wish.child.household.parents.get().user,
    )  # fmt: skip


@pytest.mark.parametrize("limit", [1, 2])
def test_none_beyond_a_limit(wish, limit):
    UseRule.objects.get().limit_rows.create(span="week", most=limit, measure="uses")
    book(Wish(wish.child, facility("seki"), moment("15:00"), moment("17:00")))

    assert (found(wish) == []) is (limit == 1)


def test_a_child_that_may_not_be_booked_has_no_alternative(wish):
    Registration.objects.filter(child=wish.child).update(state="suspended")
    wish.child.registration.refresh_from_db()

    assert found(wish) == []


def test_the_statements_do_not_grow_with_the_places(wish, django_assert_num_queries):
    slots_of_day("nerima")
    slots_of_day("hikarigaoka", DAY + dt.timedelta(days=1))
    wish.child.registration, wish.child.household, wish.child.care_needs.all()

    with django_assert_num_queries(7):
        alternatives(wish, at=NOW)


def test_what_lies_with_the_child_or_the_form_is_not_cured_elsewhere():
    by_other_means = {
        Reason.NOT_REGISTERED, Reason.REGISTRATION_ENDS, Reason.NEEDS_UNCONFIRMED,
        Reason.TOO_YOUNG, Reason.SCHOOL_AGE, Reason.TOO_OLD, Reason.NOT_RESIDENT,
        Reason.ENROLLED, Reason.NOT_HOME, Reason.NOT_YET_USABLE, Reason.TOO_SHORT,
        Reason.TOO_LONG, Reason.BUSY, Reason.KEY_REUSED,
    }  # fmt: skip

    assert CURABLE.isdisjoint(by_other_means)


def test_the_refused_page_leads_to_them(wish, public_client, parent):
    public_client.log_in(parent)
    asked = {"child": wish.child.pk, "day": DAY.isoformat(), "start": "10:00", "end": "13:00"}

    page = public_client.post("/booking/hikarigaoka/new/", asked).content.decode()

    assert "空きがありません。" in page
    assert "次の方法があります" in page
    base = f"child={wish.child.pk}&amp;day={DAY.isoformat()}"
    assert f'href="/booking/hikarigaoka/new/?{base}&amp;start=13:00&amp;end=16:00"' in page
    assert f'href="/booking/seki/new/?{base}&amp;start=10:00&amp;end=13:00"' in page
    assert f'href="/booking/hikarigaoka/wait/?{base}&amp;start=10:00&amp;end=13:00"' in page
    onwards = public_client.get("/booking/seki/new/", asked).content.decode()
    assert 'value="13:00" selected' in onwards
