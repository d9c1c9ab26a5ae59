import dataclasses
import datetime as dt

import pytest

from booking import rules
from booking.enums import FOLLOWING, OPEN_STATES, SEAT_STATES, BookingState
from booking.models import SessionBlock
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


def refusal(
    applicant=APPLICANT, *, on="2026-11-05", start="10:00", hours=3.0, at="2026-11-01T12:00",
    rule=RULE, **options,
):  # fmt: skip
    starts_at = moment(f"{on}T{start}")
    return rules.refusal(
        applicant,
        rule,
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
        ({"date_of_birth": D("2026-05-06")}, (Reason.TOO_YOUNG, "2026年11月6日から利用できます。")),
        ({"date_of_birth": D("2026-05-05")}, None),
        (
            {"date_of_birth": D("2020-04-01")},
            (Reason.SCHOOL_AGE, "2026年3月31日まで利用できます。"),
        ),
        ({"date_of_birth": D("2020-04-02")}, None),
        (
            {"expires_on": D("2026-11-04")},
            (Reason.REGISTRATION_ENDS, "登録の有効期限は2026年11月4日です。"),
        ),
        ({"expires_on": D("2026-11-05")}, None),
    ],
)
def test_refusals_of_a_person(change, reason):
    assert refusal(dataclasses.replace(APPLICANT, **change)) == reason


@pytest.mark.parametrize(
    ("terms", "change", "reason"),
    [
        ({}, {"is_resident": False}, None),
        ({"residency": "residents"}, {"is_resident": False}, Reason.NOT_RESIDENT),
        ({"residency": "residents"}, {}, None),
        ({"residency": "visitors"}, {"is_resident": False}, Reason.NOT_RESIDENT),
        (
            {"residency": "visitors"},
            {"is_resident": False, "visits_until": D("2026-11-05")}, None,
        ),
        (
            {"residency": "visitors"},
            {"is_resident": False, "visits_until": D("2026-11-04")}, Reason.NOT_RESIDENT,
        ),
        ({"excluded_enrolments": ["nursery"]}, {"enrolment": "nursery"}, Reason.ENROLLED),
        ({"excluded_enrolments": ["nursery"]}, {"enrolment": "preschool"}, None),
        ({"excluded_enrolments": ["nursery"]}, {}, None),
        ({}, {"only_facility": 2}, None),
        ({}, {"only_facility": 3}, Reason.NOT_HOME),
        ({}, {"usable_from": D("2026-11-05")}, None),
        ({}, {"usable_from": D("2026-11-06")}, Reason.NOT_YET_USABLE),
        ({}, {"bookable_from": D("2026-11-01")}, None),
        ({}, {"bookable_from": D("2026-11-02")}, Reason.NOT_YET_USABLE),
        ({"max_age_unit": "years", "max_age": 3}, {"date_of_birth": D("2023-11-07")}, None),
        (
            {"max_age_unit": "years", "max_age": 3}, {"date_of_birth": D("2023-11-06")},
            Reason.TOO_OLD,
        ),
        ({"min_age_unit": "days", "min_age": 57}, {"date_of_birth": D("2026-09-10")}, None),
        (
            {"min_age_unit": "days", "min_age": 57}, {"date_of_birth": D("2026-09-11")},
            Reason.TOO_YOUNG,
        ),
        (
            {"min_age_unit": "days", "min_age": 57, "counts_birth_day": False},
            {"date_of_birth": D("2026-09-10")}, Reason.TOO_YOUNG,
        ),
    ],
)  # fmt: skip
def test_who_may_use_it(terms, change, reason):
    found = refusal(
        dataclasses.replace(APPLICANT, **change), rule=UseRuleFactory.build(**terms), facility_id=2
    )

    assert (found and found[0]) == reason


T = dt.time.fromisoformat
BLOCKS = UseRuleFactory.build()
BLOCKS.blocks = tuple(
    SessionBlock(starts_at=T(start), ends_at=T(end))
    for start, end in [("09:00", "12:00"), ("13:00", "16:00")]
)
THESE_BLOCKS = "予約できるコマは9:00～12:00、13:00～16:00です。"


@pytest.mark.parametrize(
    ("rule", "start", "hours", "expected"),
    [
        (BLOCKS, "09:00", 3, None),
        (BLOCKS, "09:00", 7, None),
        (BLOCKS, "13:00", 3, None),
        (BLOCKS, "09:00", 2, (Reason.NOT_A_BLOCK, THESE_BLOCKS)),
        (BLOCKS, "10:00", 3, (Reason.NOT_A_BLOCK, THESE_BLOCKS)),
        (BLOCKS, "12:00", 4, (Reason.NOT_A_BLOCK, THESE_BLOCKS)),
        ({"start_times": [T("09:30"), T("09:00")]}, "09:30", 3, None),
        (
            {"start_times": [T("09:30"), T("09:00")]}, "10:00", 3,
            (Reason.NOT_A_START, "開始できる時刻は9:00、9:30です。"),
        ),
        ({"no_intake_from": T("11:30"), "no_intake_until": T("12:30")}, "12:30", 3, None),
        (
            {"no_intake_from": T("11:30"), "no_intake_until": T("12:30")}, "11:30", 3,
            (Reason.NO_INTAKE, "受け入れをしない時間は11:30～12:30です。"),
        ),
        ({"step_minutes": 60}, "10:00", 3, None),
        ({"step_minutes": 60}, "10:30", 3, (Reason.OFF_STEP, "60分きざみで予約できます。")),
        ({"step_minutes": 60}, "10:00", 2.5, (Reason.OFF_STEP, "60分きざみで予約できます。")),
        ({}, "10:15", 3, (Reason.OFF_STEP, "30分きざみで予約できます。")),
    ],
)  # fmt: skip
def test_when_it_may_be_used(rule, start, hours, expected):
    terms = UseRuleFactory.build(**rule) if isinstance(rule, dict) else rule

    assert refusal(rule=terms, start=start, hours=hours) == expected


@pytest.mark.parametrize(
    ("terms", "born", "one_to_one", "expected"),
    [
        ({}, "2026-01-01", True, False),
        ({"approval": "facility"}, "2024-01-01", False, True),
        ({"approval_under_months": 12}, "2025-11-06", False, True),
        ({"approval_under_months": 12}, "2025-11-05", False, False),
        ({"approval_one_to_one": True}, "2024-01-01", True, True),
        ({"approval_one_to_one": True}, "2024-01-01", False, False),
    ],
)
def test_some_bookings_wait_for_the_facility(terms, born, one_to_one, expected):
    rule = UseRuleFactory.build(**terms)

    found = rules.needs_approval(rule, D(born), D("2026-11-05"), one_to_one=one_to_one)

    assert found is expected


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
        ("2026-10-05T08:59", (Reason.NOT_OPEN_YET, "2026年10月5日（月）9:00から受け付けます。")),
        ("2026-10-05T09:00", None),
        ("2026-11-04T16:59", None),
        ("2026-11-04T17:00", (Reason.TOO_LATE, "2026年11月4日（水）17:00に締め切りました。")),
    ],
)
def test_refusals_of_a_moment(at, reason):
    assert refusal(at=at) == reason


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-11-05T09:59", None),
        ("2026-11-05T10:00", (Reason.TOO_LATE, "2026年11月5日（木）10:00に締め切りました。")),
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
    """But for what was recorded wrongly on the day itself, while the use lasts (ADR 0067)."""
    slips = {BookingState.ABSENT, BookingState.TURNED_AWAY}
    for state, following in FOLLOWING.items():
        if state in slips:
            assert following == (BookingState.CONFIRMED,)
            continue
        assert state in SEAT_STATES, f"{state} holds no seat, yet goes on to {following}"
