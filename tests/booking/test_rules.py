import dataclasses
import datetime as dt

import pytest

from booking import rules
from booking.enums import FOLLOWING, OPEN_STATES, SEAT_STATES, BookingState
from booking.refusals import WAYS_ON, BookingRefused, Reason
from history import clock
from tests.factories.booking import UseRuleFactory

RULE = UseRuleFactory.build()
D = dt.date.fromisoformat
APPLICANT = rules.Applicant(
    date_of_birth=D("2024-05-10"), expires_on=D("2027-03-31"), needs_confirmed=True
)


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TOKYO)


def refusal(applicant=APPLICANT, *, on="2026-11-05", hours=3.0, at="2026-11-01T12:00", **options):
    starts_at = moment(f"{on}T10:00")
    return rules.refusal(
        applicant,
        RULE,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=hours),
        at=moment(at),
        **options,
    )


def test_nothing_speaks_against_a_registered_child():
    assert refusal() is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"expires_on": None}, (Reason.NOT_REGISTERED, "")),
        ({"needs_confirmed": False}, (Reason.NEEDS_UNCONFIRMED, "")),
        ({"date_of_birth": D("2026-05-06")}, (Reason.TOO_YOUNG, "2026年11月6日")),
        ({"date_of_birth": D("2026-05-05")}, None),
        ({"date_of_birth": D("2020-04-01")}, (Reason.SCHOOL_AGE, "2026年3月31日")),
        ({"date_of_birth": D("2020-04-02")}, None),
        ({"expires_on": D("2026-11-04")}, (Reason.REGISTRATION_ENDS, "2026年11月4日")),
        ({"expires_on": D("2026-11-05")}, None),
    ],
)
def test_refusals_of_a_person(change, reason):
    assert refusal(dataclasses.replace(APPLICANT, **change)) == reason


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        (0.5, (Reason.TOO_SHORT, "60分から予約できます。")),
        (1, None),
        (8, None),
        (8.5, (Reason.TOO_LONG, "480分まで予約できます。")),
    ],
)
def test_refusals_of_a_length(hours, reason):
    assert refusal(hours=hours) == reason


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-10-05T08:59", (Reason.NOT_OPEN_YET, "2026年10月5日（月）9:00")),
        ("2026-10-05T09:00", None),
        ("2026-11-04T16:59", None),
        ("2026-11-04T17:00", (Reason.TOO_LATE, "2026年11月4日（水）17:00")),
    ],
)
def test_refusals_of_a_moment(at, reason):
    assert refusal(at=at) == reason


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-11-05T09:59", None),
        ("2026-11-05T10:00", (Reason.TOO_LATE, "2026年11月5日（木）10:00")),
    ],
)
def test_staff_may_book_until_the_use_begins(at, reason):
    assert refusal(at=at, by_staff=True) == reason


def test_every_reason_names_a_way_on():
    assert set(WAYS_ON) == set(Reason)
    assert all(str(BookingRefused(reason)).count("。") >= 2 for reason in Reason)


def test_states_that_hold_a_seat():
    assert set(SEAT_STATES) == {
        BookingState.HELD, BookingState.AWAITING, BookingState.OFFERED, BookingState.CONFIRMED,
        BookingState.PRESENT, BookingState.FETCHED, BookingState.SETTLED,
    }  # fmt: skip
    assert set(OPEN_STATES) < set(SEAT_STATES)


def test_every_state_can_be_reached_and_what_follows_exists():
    reached = {state for following in FOLLOWING.values() for state in following}
    beginnings = {BookingState.HELD, BookingState.OFFERED}

    assert reached | beginnings == set(BookingState)
    assert all(state not in following for state, following in FOLLOWING.items())


def test_a_seat_given_up_is_never_taken_again():
    for state, following in FOLLOWING.items():
        assert state in SEAT_STATES, f"{state} holds no seat, yet goes on to {following}"
