"""The day's list: what a facility reads of each child, for how long, and at what cost."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions import attendances, cancellations
from booking.day.day_sheet import day_sheet
from booking.enums import BookingState
from history import clock
from history.enums import Act
from history.models import Entry
from records.care_marks import Sign
from records.enums import Allergen, Answer, CareNeedKind, LeaseReason, Severity
from records.models import AccessLease
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.day import LateNoticeFactory
from tests.factories.records import (
    AllergyFactory,
    ChildFactory,
    HandoverNoteFactory,
    ParentFactory,
    PickUpPersonFactory,
    facility,
)

DAY = coming_monday()
TEN = clock.at(DAY, dt.time(10))
LEASE = dt.timedelta(days=7)
STATEMENTS = 10


def sheet(user, at=TEN, day=DAY, code="hikarigaoka", walls=True, **options):
    with on_duty(user, at, walls=walls):
        return day_sheet(
            user=user, facility_id=facility(code).pk, day=day, at=at, **options
        )  # fmt: skip


def booked(name="一花", code="hikarigaoka", **fields):
    """A booking there of a child at home at 練馬."""
    child = ChildFactory.create(registered=True, given_name=name)
    ParentFactory.create(household=child.household, with_account=True)
    return BookingFactory.create(child=child, facility=facility(code), **fields)


def allergic(booking, *severities):
    need = booking.child.care_needs.get(kind=CareNeedKind.ALLERGY)
    need.answer = Answer.YES
    need.save()
    foods = iter(Allergen)
    for severity in severities:
        AllergyFactory.create(care_need=need, allergen=next(foods), severity=severity)


def shown(rows):
    """The child of each row, or None where its record stays closed."""
    return {row.booking.child_name: row.child and row.child.given_name for row in rows}


# Cost


def test_the_statements_grow_neither_with_the_children_nor_with_the_facilities(carer_elsewhere):
    counts = []
    for number, others in ((1, ()), (19, ("nerima", "nukui", "seki", "oizumi"))):
        for code in others:
            allergic(booked(code=code), Severity.ANAPHYLAXIS)
        for each in range(number):
            # Half of them in the morning, half in the afternoon: all at once would be too many.
            booking = booked(starts_at=TEN if each % 2 else TEN + dt.timedelta(hours=3))
            allergic(booking, Severity.ANAPHYLAXIS, Severity.CAUTION)
            PickUpPersonFactory.create(child=booking.child)
            HandoverNoteFactory.create(child=booking.child)
        with (
            on_duty(carer_elsewhere, TEN),
            CaptureQueriesContext(connection) as statements,
        ):
            found = day_sheet(
                user=carer_elsewhere, facility_id=facility("hikarigaoka").pk, day=DAY, at=TEN
            )
        assert {row.note_count for row in found.rows} == {1}
        counts.append((len(found.rows), len(statements)))

    assert counts == [(1, STATEMENTS), (20, STATEMENTS)]


# What a row shows


def test_a_row_holds_what_the_care_needs(carer_elsewhere):
    booking = booked("桃")
    allergic(booking, Severity.CAUTION, Severity.ANAPHYLAXIS)
    PickUpPersonFactory.create(child=booking.child)

    row = sheet(carer_elsewhere).rows[0]

    assert row.people == ("髙橋 𠮷乃", "髙橋 祖母")
    assert [(mark.sign, mark.text) for mark in row.marks] == [
        (Sign.ANAPHYLAXIS, "牛乳・乳製品"), (Sign.CAUTION, "鶏卵"),
    ]  # fmt: skip
    assert row.is_severe
    assert row.age == booking.child.age_on(DAY)


def test_the_gravest_mark_comes_first(carer_elsewhere):
    booking = booked()
    allergic(booking, Severity.CAUTION, Severity.EXCLUSION, Severity.ANAPHYLAXIS)
    needs = booking.child.care_needs
    needs.filter(kind=CareNeedKind.ILLNESS).update(answer=Answer.YES)
    needs.filter(kind=CareNeedKind.DISABILITY).update(confirmation="unconfirmed")
    booking.child.needs_one_to_one = True
    booking.child.save()

    row = sheet(carer_elsewhere).rows[0]

    assert [mark.sign for mark in row.marks] == [
        Sign.ANAPHYLAXIS, Sign.EXCLUSION, Sign.CAUTION, Sign.UNCONFIRMED, Sign.ILLNESS,
        Sign.ONE_TO_ONE,
    ]  # fmt: skip


def test_a_child_without_needs_has_no_mark(carer_elsewhere):
    booked()

    row = sheet(carer_elsewhere).rows[0]

    assert (row.marks, row.is_severe) == ((), False)


def test_only_notes_of_the_day_and_standing_ones_count(carer_elsewhere):
    child = booked().child
    HandoverNoteFactory.create(child=child)
    HandoverNoteFactory.create(child=child, day=DAY)
    HandoverNoteFactory.create(child=child, day=DAY - dt.timedelta(days=1))

    assert sheet(carer_elsewhere).rows[0].note_count == 2


# For how long


@pytest.mark.parametrize("walls", [True, False], ids=["inside the walls", "by the code alone"])
@pytest.mark.parametrize(
    ("after", "child"),
    [
        (dt.timedelta(0), "一花"),
        (LEASE - dt.timedelta(seconds=1), "一花"),
        (LEASE, None),
        (dt.timedelta(days=90), None),
    ],
    ids=["at the end of the use", "a second before the end", "at its end", "long after"],
)
def test_after_the_lease_only_the_booking_is_left(carer_elsewhere, after, child, walls):
    booking = booked()
    allergic(booking, Severity.ANAPHYLAXIS)
    attendances.arrive(booking=booking, by=carer_elsewhere, at=TEN)
    with time_machine.travel(booking.ends_at, tick=False):
        attendances.leave(booking=booking, by=carer_elsewhere, at=booking.ends_at)
    AccessLease.objects.update(starts_at=TEN, ends_at=booking.ends_at + LEASE)

    row = sheet(carer_elsewhere, at=booking.ends_at + after, walls=walls).rows[0]

    assert shown([row]) == {"髙橋 一花": child}
    assert row.is_severe == (child is not None)
    assert bool(row.people) == (child is not None)


def test_a_new_name_stands_on_the_list_as_on_the_card_while_it_may_be_read(carer_elsewhere):
    child = booked().child
    child.family_name, child.family_name_kana = "森", "モリ"
    child.save()

    (row,) = sheet(carer_elsewhere).rows
    (closed,) = sheet(carer_elsewhere, at=TEN + dt.timedelta(days=30)).rows

    assert (row.name, row.name_kana, row.initials) == ("森 一花", "モリ ジドウ", "モ・ジ")
    assert (closed.child, closed.name) == (None, "髙橋 一花")


def test_a_lease_not_yet_begun_opens_nothing(carer_elsewhere):
    booked()
    AccessLease.objects.update(starts_at=TEN)

    early = sheet(carer_elsewhere, at=TEN - dt.timedelta(seconds=1))

    assert shown(early.rows) == {"髙橋 一花": None}
    assert shown(sheet(carer_elsewhere).rows) == {"髙橋 一花": "一花"}


def test_at_the_home_facility_no_lease_is_needed(carer):
    booked(code="nerima")
    AccessLease.objects.update(ends_at=TEN - dt.timedelta(hours=1), starts_at=TEN - LEASE)

    assert shown(sheet(carer, code="nerima").rows) == {"髙橋 一花": "一花"}


def test_a_lease_of_another_facility_opens_nothing(carer_elsewhere):
    booking = booked()
    AccessLease.objects.update(facility=facility("seki"), reason=LeaseReason.EMERGENCY)

    row = sheet(carer_elsewhere).rows[0]

    assert (row.booking, row.child, row.marks) == (booking, None, ())


def test_a_cancelled_booking_shows_its_own_words_only(carer_elsewhere):
    booking = booked()
    cancellations.cancel(
        booking=booking, by=booking.request.requested_by, at=TEN - dt.timedelta(days=2)
    )

    found = sheet(carer_elsewhere)

    assert found.rows == ()
    assert shown(found.cancelled) == {"髙橋 一花": None}


# At the reception


def test_at_the_reception_every_other_row_is_masked(carer_elsewhere):
    booked("一花")
    mine = booked("桃")

    found = sheet(carer_elsewhere, reception=True, shown=mine.pk)

    assert {(row.booking.child_name, row.is_masked) for row in found.rows} == {
        ("髙橋 一花", True), ("髙橋 桃", False),
    }  # fmt: skip
    assert shown(found.rows) == {"髙橋 一花": None, "髙橋 桃": "桃"}
    assert found.child_ids == [mine.child_id]


def test_of_a_masked_row_no_safety_data_is_read(carer_elsewhere):
    booked()
    read = []
    for reception in (False, True):
        with CaptureQueriesContext(connection) as statements:
            sheet(carer_elsewhere, reception=reception)
        found = " ".join(each["sql"] for each in statements)
        read.append([t for t in ("records_careneed", "records_pickupperson") if t in found])

    assert read == [["records_careneed", "records_pickupperson"], []]


def test_the_reception_page_names_nobody(carer_elsewhere, staff_client):
    booked("一花")
    client = staff_client.log_in(carer_elsewhere)

    pages = [client.get(f"/today/?day={DAY}{more}") for more in ("", "&reception=1")]

    assert ["一花" in page.content.decode() for page in pages] == [True, False]


# Overdue


def late_at(hour, minute=0):
    return clock.at(DAY, dt.time(hour, minute))


def test_who_has_not_come_or_is_not_fetched_stands_on_top(carer_elsewhere):
    first = booked("一花", starts_at=late_at(9), ends_at=late_at(12))
    attendances.arrive(booking=first, by=carer_elsewhere, at=late_at(9))
    booked("桃", starts_at=late_at(11), ends_at=late_at(15))
    booked("葵", starts_at=late_at(13), ends_at=late_at(15))

    at_half_past_twelve = sheet(carer_elsewhere, at=late_at(12, 30))

    assert list(shown(at_half_past_twelve.overdue)) == ["髙橋 桃", "髙橋 一花"]
    assert list(shown(at_half_past_twelve.in_time)) == ["髙橋 葵"]
    assert sheet(carer_elsewhere, at=late_at(9)).overdue == []


def test_who_said_to_be_late_is_overdue_from_then_on(carer_elsewhere):
    booking = booked("一花", starts_at=late_at(10), ends_at=late_at(13))
    LateNoticeFactory.create(booking=booking, arrives_at=late_at(11))

    names = [
        list(shown(sheet(carer_elsewhere, at=at).overdue))
        for at in (late_at(10, 59), late_at(11, 1))
    ]

    assert names == [[], ["髙橋 一花"]]


def test_the_telephone_of_the_overdue_is_at_hand_and_the_look_is_recorded(
    carer_elsewhere, staff_client
):
    late, early = (
        booked(name, starts_at=late_at(hour), ends_at=late_at(16))
        for name, hour in (("一花", 10), ("桃", 13))
    )
    numbers = ["09011111111", "09022222222"]
    for booking, number in zip((late, early), numbers, strict=True):
        booking.child.household.parents.update(mobile_phone=number)

    with time_machine.travel(late_at(12), tick=False):
        client = staff_client.log_in(carer_elsewhere)
        pages = [client.get(f"/today/?{more}").content.decode() for more in ("", "reception=1")]

    assert [[f"tel:{number}" in page for number in numbers] for page in pages] == [
        [True, False],
        [False, False],
    ]
    entries = Entry.objects.filter(act=Act.LIST, fields=["phone", "pick_up_people"])
    assert [entry.child_ids for entry in entries] == [[late.child_id]]


# Which day, which facility


def test_a_forgotten_departure_stands_on_todays_list(carer_elsewhere):
    attendances.arrive(booking=booked("一花"), by=carer_elsewhere, at=TEN)
    booked("桃", starts_at=TEN + dt.timedelta(days=1))

    tomorrow = sheet(carer_elsewhere, at=TEN + dt.timedelta(days=1), day=DAY + dt.timedelta(days=1))

    assert shown(tomorrow.forgotten) == {"髙橋 一花": "一花"}
    assert shown(tomorrow.rows) == {"髙橋 桃": "桃"}
    assert tomorrow.head_count.present == 1


def test_the_head_count_is_that_of_the_moment(carer_elsewhere):
    for name in ("一花", "桃"):
        attendances.arrive(booking=booked(name), by=carer_elsewhere, at=TEN)
    booked("梅")

    count = sheet(carer_elsewhere).head_count

    assert (count.present, count.groups, count.needed, count.staff, count.is_short) == (
        2, (("1・2歳", 2),), 2, 4, False,
    )  # fmt: skip
    assert sheet(carer_elsewhere, at=TEN - dt.timedelta(days=1)).head_count is None


def test_the_counts_are_by_state(carer_elsewhere):
    attendances.arrive(booking=booked("一花"), by=carer_elsewhere, at=TEN)
    booked("桃")

    assert sheet(carer_elsewhere).counts == {BookingState.PRESENT: 1, BookingState.CONFIRMED: 1}


def names_on(client, query=""):
    response = client.get(f"/today/?day={DAY}{query}")
    text = response.content.decode()
    return response.status_code, {name for name in ("一花", "桃") if name in text}


@pytest.fixture
def at_two_places(database):
    booked("一花", "nerima")
    booked("桃", "hikarigaoka")


def test_the_center_chooses_the_facility(at_two_places, clerk, staff_client):
    client = staff_client.log_in(clerk)

    assert names_on(client, f"&facility={facility('nerima').pk}") == (200, {"一花"})
    assert names_on(client, f"&facility={facility('hikarigaoka').pk}") == (200, {"桃"})


def test_a_carer_has_the_own_facility_alone(at_two_places, carer_elsewhere, staff_client):
    client = staff_client.log_in(carer_elsewhere)

    assert names_on(client) == (200, {"桃"})
    assert names_on(client, f"&facility={facility('nerima').pk}") == (404, set())
