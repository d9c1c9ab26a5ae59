"""What cancelling costs: stages by moment and reason."""

import datetime as dt

import pytest

from booking import cancelling
from booking.enums_rules import CancelReason
from booking.models import CancelStage
from history import clock
from tests.factories.booking import UseRuleFactory

DAY = dt.date(2026, 11, 5)


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TOKYO)


def rule(*stages, **fields):
    built = UseRuleFactory.build(**fields)
    built.stages = tuple(
        CancelStage(days_before=days, at=dt.time.fromisoformat(time), **what)
        for days, time, what in stages
    )
    return built


EVENING = rule((1, "17:00", {"percent": 100}))
# By hour, by day, and by what kept the family at home.
GRADED = rule(
    (1, "12:00", {"percent": 80}),
    (0, "00:00", {"percent": 100}),
    (1, "12:00", {"percent": 50, "reason": CancelReason.ILLNESS}),
    waived_reasons=[CancelReason.BEREAVEMENT],
)
FLAT = rule((1, "16:30", {"amount": 500}))
NEVER = rule()


@pytest.mark.parametrize(
    ("terms", "at", "reason", "yen"),
    [
        (EVENING, "2026-11-04T16:59", None, 0),
        (EVENING, "2026-11-04T17:00", None, 1250),
        (GRADED, "2026-11-04T11:59", None, 0),
        (GRADED, "2026-11-04T12:00", None, 1000),
        (GRADED, "2026-11-05T00:00", None, 1250),
        (GRADED, "2026-11-05T08:00", CancelReason.ILLNESS, 625),
        (GRADED, "2026-11-05T08:00", CancelReason.BEREAVEMENT, 0),
        (GRADED, "2026-11-05T08:00", CancelReason.WEATHER, 1250),
        (FLAT, "2026-11-04T16:30", None, 500),
        (NEVER, "2026-11-05T08:00", None, 0),
    ],
)
def test_cancelling_costs_by_moment_and_reason(terms, at, reason, yen):
    stage = cancelling.stage(terms, DAY, moment(at), reason)

    assert cancelling.amount(stage, 1250) == yen


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (EVENING, "2026-11-04T17:00"), (GRADED, "2026-11-04T12:00"), (FLAT, "2026-11-04T16:30"),
    ],
)  # fmt: skip
def test_free_until(terms, expected):
    assert cancelling.free_until(terms, DAY) == moment(expected)


def test_what_never_costs_has_no_deadline():
    assert cancelling.free_until(NEVER, DAY) is None
    assert cancelling.free_until(rule((1, "17:00", {"percent": 0})), DAY) is None


@pytest.mark.parametrize(("percent", "expected"), [(0, 0), (100, 1250), (80, 1000), (33, 412)])
def test_a_share_is_cut_to_whole_yen(percent, expected):
    stage = CancelStage(days_before=1, percent=percent)

    assert cancelling.amount(stage, 1250) == expected


@pytest.mark.parametrize(("minutes", "expected"), [(0, True), (9, True), (10, False)])
def test_a_slip_of_the_finger_is_undone_for_some_minutes(minutes, expected):
    asked = moment("2026-11-04T18:00")

    assert cancelling.may_undo(EVENING, asked, asked + dt.timedelta(minutes=minutes)) is expected
