"""Who was rung about a child that is not where it should be, and what stays of it."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from booking.actions import attendances
from booking.day.enums import CallAnswer
from booking.day.models import DayCall
from tests.booking.day.test_day_sheet import booked, late_at, sheet
from tests.booking.staff_at_work import on_duty
from tests.factories.day import ArrivalCheckFactory, DayCallFactory
from tests.factories.records import PickUpPersonFactory, StaffUserFactory

MINUTE = dt.timedelta(minutes=1)
MOBILE = "09011111111"


@pytest.fixture
def late(database):
    """一花, expected at ten."""
    booking = booked("一花", starts_at=late_at(10), ends_at=late_at(16))
    booking.child.household.parents.update(mobile_phone=MOBILE, phone="")
    return booking


@pytest.fixture
def eleven(staff_client, carer_elsewhere):
    """The open screen at eleven."""
    with time_machine.travel(late_at(11), tick=False):
        yield staff_client.log_in(carer_elsewhere)


def ring(client, booking, query="", **changes):
    data = {"number": MOBILE, "answer": "no_answer", "note": "留守番電話になりません"} | changes
    return client.post(f"/today/{booking.pk}/call/{query}", data, follow=True).content.decode()


def test_each_number_says_whose_it_is(late, carer_elsewhere):
    PickUpPersonFactory.create(child=late.child, phone="08022222222")
    ArrivalCheckFactory.create(booking=late, phone="0333333333")

    (row,) = sheet(carer_elsewhere, at=late_at(11)).rows

    assert [(phone.number, phone.whose) for phone in row.phones] == [
        ("0333333333", "本日の連絡先"),
        (MOBILE, "髙橋 𠮷乃（保護者・最初の連絡先）"),
        ("08022222222", "髙橋 祖母（祖母・お迎えの人）"),
    ]


def test_a_number_that_is_named_twice_stands_once(late, carer_elsewhere):
    ArrivalCheckFactory.create(booking=late, phone=MOBILE)

    (row,) = sheet(carer_elsewhere, at=late_at(11)).rows

    assert [(phone.number, phone.whose) for phone in row.phones] == [(MOBILE, "本日の連絡先")]


def test_a_call_is_kept_and_the_last_stands_on_the_row(late, eleven, carer_elsewhere):
    first = ring(eleven, late)
    assert "最後の電話 11:00 出なかった" in first
    assert "留守番電話になりません" in first

    with time_machine.travel(late_at(11, 5), tick=False):
        second = ring(eleven, late, answer="reached", note="いま向かっています")
        card = eleven.get(f"/today/{late.pk}/card/").content.decode()

    assert "最後の電話 11:05 つながった" in second
    assert "留守番電話になりません" not in second
    assert "留守番電話になりません" in card
    kept = [
        (call.whose, call.number, call.answer, call.called_by) for call in DayCall.objects.all()
    ]
    whose = "髙橋 𠮷乃（保護者・最初の連絡先）"
    assert kept == [
        (whose, MOBILE, CallAnswer.NO_ANSWER, carer_elsewhere),
        (whose, MOBILE, CallAnswer.REACHED, carer_elsewhere),
    ]


def test_only_a_number_that_is_shown_is_written_down(late, eleven):
    found = ring(eleven, late, number="0120999999")

    assert "表示された番号から選んでください。" in found
    assert not DayCall.objects.exists()


def test_without_a_result_nothing_is_written_down(late, eleven):
    assert "電話の結果を選んでください。" in ring(eleven, late, answer="")
    assert not DayCall.objects.exists()


def test_the_row_in_time_shows_no_call(late, eleven, carer_elsewhere):
    ring(eleven, late)
    with on_duty(carer_elsewhere, late_at(11)):
        attendances.arrive(booking=late, by=carer_elsewhere, at=late_at(11))

    assert "最後の電話" not in eleven.get("/today/").content.decode()


def test_at_the_reception_nobody_reads_of_a_call(late, eleven):
    ring(eleven, late)

    page = eleven.get(f"/today/?reception=1&booking={late.pk}").content.decode()

    assert "一花" in page
    assert "最後の電話" not in page


# Past the pages


def written(user, **changes):
    def write(booking):
        with on_duty(user, late_at(11)):
            values = {"booking": booking, "called_by": user, "called_at": late_at(11)}
            return DayCallFactory.create(**values | changes)

    return write


def test_it_is_written_by_who_rang(late, carer_elsewhere):
    assert written(carer_elsewhere)(late).called_by == carer_elsewhere


@pytest.mark.parametrize(
    "changes",
    [
        lambda: {"called_by": StaffUserFactory.create(username="H5009")},
        lambda: {"called_at": late_at(11) + MINUTE},
    ],
    ids=["in another's name", "ahead of time"],
)
def test_nobody_writes_otherwise(late, carer_elsewhere, changes):
    values = changes()

    with pytest.raises(DatabaseError), transaction.atomic():
        written(carer_elsewhere, **values)(late)


def test_nobody_of_another_facility_writes(late, carer):
    with pytest.raises(DatabaseError), transaction.atomic():
        written(carer)(late)


@pytest.mark.parametrize(
    "statement", ["UPDATE day_daycall SET answer = 'reached'", "DELETE FROM day_daycall"]
)
def test_what_is_written_stays(late, carer_elsewhere, statement):
    DayCallFactory.create(booking=late)

    with (
        on_duty(carer_elsewhere, late_at(11)),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
