"""Limits in a request: counted with what is booked and with what is asked for beside it."""

import datetime as dt

import pytest

from booking.actions import bookings, cancellations
from booking.enums import Accepts
from booking.models import Booking, Price, UseRule
from booking.refusals import BookingRefused, Reason
from tests.booking.test_actions_requests import (  # noqa: F401
    DAY,
    NEXT,
    NOW,
    child,
    reasons,
    sibling,
    slots,
    submit,
    wish,
)
from tests.factories.booking import UseRuleFactory
from tests.factories.records import facility

pytestmark = pytest.mark.usefixtures("slots")


def limit(**fields):
    values = {"span": "week", "most": 1, "measure": "uses", "subject": "child"} | fields
    return UseRule.objects.get(valid_from=dt.date(2020, 1, 1)).limit_rows.create(**values)


def test_a_limit_names_itself_and_a_way_on(parent, child):  # noqa: F811
    limit()
    submit(parent, wish(child))

    (refusal,) = submit(parent, wish(child, NEXT)).refusals

    assert refusal.error.kind == Reason.LIMIT_REACHED
    assert str(refusal.error) == (
        "利用できる上限を超えます。 お子さんごと、1週間（月曜日から日曜日）に1回までです。"
        " 別の日にするか、予定の変わった予約をキャンセルしてからお申し込みください。"
    )


def test_wishes_of_one_request_count_together(parent, child):  # noqa: F811
    limit()
    wishes = [wish(child), wish(child, NEXT)]

    both = submit(parent, *wishes)
    some = submit(parent, *wishes, accepts=Accepts.WHAT_FITS)

    assert reasons(both) == [(wishes[1], Reason.LIMIT_REACHED)]
    assert both.bookings == ()
    assert [each.day for each in some.bookings] == [DAY]
    assert reasons(some) == [(wishes[1], Reason.LIMIT_REACHED)]


@pytest.mark.parametrize(("subject", "booked"), [("child", 2), ("household", 1)])
def test_siblings_count_apart_or_together(parent, child, sibling, subject, booked):  # noqa: F811
    limit(subject=subject)

    submit(parent, wish(child), wish(sibling), accepts=Accepts.WHAT_FITS)

    assert Booking.objects.count() == booked


def test_what_was_cancelled_does_not_count(parent, child):  # noqa: F811
    limit()
    (booking,) = submit(parent, wish(child)).bookings
    cancellations.cancel(booking=booking, by=parent, at=NOW)

    assert submit(parent, wish(child, NEXT)).refusals == []


def test_a_soft_limit_refuses_nothing(parent, child):  # noqa: F811
    limit(span="month", most=60, measure="minutes", is_soft=True)

    assert len(submit(parent, wish(child), wish(child, NEXT)).bookings) == 2


def test_beyond_a_soft_limit_the_other_price_holds(parent, child):  # noqa: F811
    """Three hours are booked and three asked for; four are the limit, so that two lie above it."""
    limit(most=240, measure="minutes", is_soft=True)
    usual = Price.objects.get()
    Price.objects.create(
        tariff=usual.tariff, unit_minutes=30, unit_amount=usual.unit_amount + 100,
        is_beyond_limit=True,
    )  # fmt: skip
    submit(parent, wish(child))

    (booking,) = submit(parent, wish(child, NEXT)).bookings

    assert booking.fee.care_amount == 6 * usual.unit_amount + 4 * 100
    assert bookings.check(
        wish(child, NEXT, (14, 17)), at=NOW
    ).minutes_beyond == 180  # fmt: skip


def test_a_facility_has_rules_of_its_own(parent, child):  # noqa: F811
    UseRuleFactory.create(
        facility=facility("hikarigaoka"), valid_from=DAY, valid_to=DAY, min_minutes=240
    )

    (refusal,) = submit(parent, wish(child)).refusals
    (booking,) = submit(parent, wish(child, NEXT)).bookings

    assert refusal.error.kind == Reason.TOO_SHORT
    assert booking.use_rule.facility is None


def test_a_rule_without_limits_costs_no_statement(
    parent, child, django_assert_num_queries  # noqa: F811
):  # fmt: skip
    rule, asked = UseRule.objects.with_parts().get(), wish(child)

    with django_assert_num_queries(0):
        bookings.within_limits(asked, rule, at=NOW)


def test_with_a_limit_it_is_one_statement(parent, child, django_assert_num_queries):  # noqa: F811
    limit()
    submit(parent, wish(child))
    rule, asked = UseRule.objects.with_parts().get(), wish(child, NEXT)

    with django_assert_num_queries(1), pytest.raises(BookingRefused):
        bookings.within_limits(asked, rule, at=NOW)
