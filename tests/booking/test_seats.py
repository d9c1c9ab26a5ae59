"""Reserves: who may use them, until when, and what becomes of them."""

import datetime as dt

import pytest
import time_machine

from booking import seats
from booking.actions import cancellations, capacities, slots
from booking.enums import Channel, SeatKind
from booking.enums_rules import QuotaGroup
from booking.models import Reserve, Slot, UseRule
from booking.refusals import SlotFull
from booking.tasks import recount, release_reserves
from history import clock
from history.models import Alert
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.records import ChildFactory, facility
from tests.records.worker import as_worker

DAY = coming_monday()
TEN = clock.at(DAY, dt.time(10))
DAYS = dt.timedelta(days=1)
# On the day at noon, the evening before, on the day itself at eight.
WALK_IN = {"kind": SeatKind.WALK_IN, "places": 3, "days_before": 0, "time": dt.time(12)}
URGENT = {
    "kind": SeatKind.URGENT, "places": 2, "days_before": 1, "time": dt.time(18),
    "families_days_before": 7,
}  # fmt: skip
CENTER = {"kind": SeatKind.CENTER, "places": 1, "days_before": 3, "time": dt.time(9)}
LONG_BEFORE, WEEK_BEFORE = TEN - 9 * DAYS, TEN - 7 * DAYS
EVENING_BEFORE, MORNING = clock.at(DAY - DAYS, dt.time(18)), clock.at(DAY, dt.time(8))


class Rule:
    reserves = tuple(Reserve(**fields) for fields in (WALK_IN, URGENT, CENTER))


@pytest.mark.parametrize(
    ("channel", "by_center", "at", "expected"),
    [
        (Channel.WEB, False, LONG_BEFORE, (None,)),
        (Channel.WEB, False, WEEK_BEFORE, (None, SeatKind.URGENT)),
        (Channel.WEB, False, EVENING_BEFORE, (None,)),
        (Channel.PHONE, False, WEEK_BEFORE, (None, SeatKind.URGENT)),
        (Channel.PHONE, True, LONG_BEFORE, (SeatKind.CENTER,)),
        (Channel.PHONE, True, TEN - 2 * DAYS, (None,)),
        (Channel.WALK_IN, False, MORNING, (SeatKind.WALK_IN,)),
        (Channel.WALK_IN, False, clock.at(DAY, dt.time(12)), (None,)),
    ],
    ids=[
        "a family too early", "a family in time", "a family once it is released",
        "by telephone as by web", "the center", "the center once it is released", "at the door",
        "at the door in the afternoon",
    ],
)  # fmt: skip
def test_who_may_use_what(channel, by_center, at, expected):
    assert seats.usable(Rule, DAY, at, channel=channel, by_center=by_center) == expected


def test_no_half_hour_holds_back_more_than_it_has():
    held = seats.kept(Rule, DAY, LONG_BEFORE)

    assert seats.totals(held, 4) == {
        "walk_in_places": 3, "walk_in_total": 3, "urgent_places": 1, "urgent_total": 1,
        "center_places": 0, "center_total": 0,
    }  # fmt: skip


# With rows


@pytest.fixture
def rule(database):
    """The one in force, with all three reserves."""
    rule = UseRule.objects.get(valid_from=dt.date(2020, 1, 1))
    for fields in (WALK_IN, URGENT, CENTER):
        rule.reserve_rows.create(**fields)
    return rule


def make(at=LONG_BEFORE):
    return slots.make(facility=facility("hikarigaoka"), first=DAY, last=DAY, at=at)


def at_ten():
    return Slot.objects.get(facility__code="hikarigaoka", starts_at=TEN)


def left():
    slot = at_ten()
    return {
        kind.value: (getattr(slot, kind.places), getattr(slot, kind.total)) for kind in SeatKind
    }


def book(at=TEN - 3 * DAYS, **fields):
    return BookingFactory.create(
        child=ChildFactory.create(registered=True), starts_at=TEN, at=at, **fields
    )


def fill(number, at=TEN - 3 * DAYS):
    return [book(at) for _ in range(number)]


def test_half_hours_hold_back_what_the_rule_says(rule):
    make()

    assert left() == {"walk_in": (3, 3), "urgent": (2, 2), "center": (1, 1)}
    make(at=clock.at(DAY, dt.time(12)))
    assert left() == {"walk_in": (0, 0), "urgent": (0, 0), "center": (0, 0)}


def test_families_come_to_the_urgent_places_when_no_other_is_left(rule):
    """Of fifteen places six are held back; the center's are released three days before at nine."""
    make()
    early = TEN - 4 * DAYS
    free = fill(9, early)

    urgent = fill(2, early)

    assert {each.seat_kind for each in free} == {""}
    assert {each.seat_kind for each in urgent} == {SeatKind.URGENT}
    assert left()["urgent"] == (0, 2)
    with pytest.raises(SlotFull):
        book(early)


def test_too_early_for_urgent_places_it_is_full(rule):
    make()
    fill(9, LONG_BEFORE)

    with pytest.raises(SlotFull):
        book(LONG_BEFORE)


def test_cancelled_before_the_release_it_goes_back_to_the_reserve(rule):
    make()
    early = TEN - 4 * DAYS
    *_others, last = fill(10, early)
    assert left()["urgent"] == (1, 2)

    cancellations.cancel(booking=last, by=last.request.requested_by, at=early)

    assert left()["urgent"] == (2, 2)


def test_cancelled_after_the_release_it_is_free_to_all(rule):
    make()
    early = TEN - 4 * DAYS
    *_others, last = fill(10, early)
    slots.release(facility=facility("hikarigaoka"), at=EVENING_BEFORE)

    cancellations.cancel(booking=last, by=last.request.requested_by, at=EVENING_BEFORE)

    assert left() == {"walk_in": (3, 3), "urgent": (0, 0), "center": (0, 0)}
    assert at_ten().taken == 9


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (LONG_BEFORE, {"walk_in": 3, "urgent": 2, "center": 1}),
        (clock.at(DAY - 3 * DAYS, dt.time(8, 59)), {"walk_in": 3, "urgent": 2, "center": 1}),
        (clock.at(DAY - 3 * DAYS, dt.time(9)), {"walk_in": 3, "urgent": 2, "center": 0}),
        (EVENING_BEFORE, {"walk_in": 3, "urgent": 0, "center": 0}),
        (clock.at(DAY, dt.time(9, 59)), {"walk_in": 3, "urgent": 0, "center": 0}),
    ],
)
def test_the_worker_releases_each_at_its_moment(rule, at, expected):
    make()

    with time_machine.travel(at, tick=False), as_worker():
        release_reserves()
        release_reserves()

    assert {name: places for name, (places, _total) in left().items()} == expected


def test_what_the_rules_no_longer_name_is_released(rule):
    make()
    book()
    # Once a booking points to it a version can't change; another one follows it.
    UseRule.objects.filter(pk=rule.pk).update(valid_to=DAY - DAYS)
    values = UseRule.objects.filter(pk=rule.pk).values().get()
    UseRule.objects.create(**values | {"id": None, "valid_from": DAY, "valid_to": None})

    slots.release(facility=facility("hikarigaoka"), at=LONG_BEFORE)

    assert left() == {"walk_in": (0, 0), "urgent": (0, 0), "center": (0, 0)}
    assert at_ten().taken == 1


def test_quotas_and_shares_become_limits(rule):
    rule.quota_rows.create(group=QuotaGroup.UNDER_ONE, most=4)
    rule.quota_rows.create(group=QuotaGroup.UNDER_TWO, percent=50)

    make()

    slot = at_ten()
    assert (slot.infant_limit, slot.under_two_limit, slot.two_up_limit) == (4, 7, 15)


def test_making_again_follows_the_rules_where_nothing_is_sold(rule):
    make()
    rule.reserve_rows.filter(kind=SeatKind.CENTER).delete()
    rule.reserve_rows.filter(kind=SeatKind.URGENT).update(places=1)

    assert make().changed == 16
    assert left() == {"walk_in": (3, 3), "urgent": (1, 1), "center": (0, 0)}
    assert make() == slots.Made()


def test_a_share_of_the_places_follows_fewer_places(rule):
    rule.quota_rows.create(group=QuotaGroup.UNDER_ONE, most=4)
    rule.quota_rows.create(group=QuotaGroup.UNDER_TWO, percent=50)
    make()

    capacities.change(facility=facility("hikarigaoka"), day=DAY, places=8, reason="工事のため")

    slot = at_ten()
    assert (slot.places, slot.infant_limit, slot.under_two_limit) == (8, 4, 4)


def test_a_wrong_count_raises_an_alert(rule):
    make()
    with as_worker():
        recount()
    assert Alert.objects.count() == 0
    Slot.objects.filter(starts_at=TEN).update(taken=1, fours_up=1)

    with as_worker():
        recount()
        recount()

    assert [(a.kind, a.detail) for a in Alert.objects.all()] == [
        ("counters_differ", "30分の枠 1件")
    ]
    Slot.objects.all().delete()
