"""避難・点呼: who is on it, what a tap keeps, and the paper to carry along."""

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.actions import attendances
from booking.day import roll_calls
from booking.day.actions import roll_calls as actions
from booking.day.enums import RollCallAct
from booking.day.models import RollCall, RollCallMark
from booking.day.refusals import NoRollCall
from history.enums import Act
from history.models import Entry
from records.enums import Severity
from tests import pdf_text
from tests.booking.day.test_day_sheet import TEN, allergic, booked
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory
from tests.factories.day import RollCallFactory, RollCallMarkFactory
from tests.factories.records import (
    ChildFactory,
    ParentFactory,
    PickUpPersonFactory,
    StaffUserFactory,
    facility,
)

MINUTE = dt.timedelta(minutes=1)
NOON = TEN + dt.timedelta(hours=2)


def arrive(booking, user, at=TEN):
    with on_duty(user, at):
        attendances.arrive(booking=booking, by=user, at=at)
    return booking


@pytest.fixture
def peach(carer_elsewhere):
    """髙橋 桃 with egg, here since ten; 髙橋 𠮷乃 or the grandmother may fetch her."""
    booking = booked("桃")
    allergic(booking, Severity.ANAPHYLAXIS)
    PickUpPersonFactory.create(child=booking.child)
    return arrive(booking, carer_elsewhere)


@pytest.fixture
def plum(carer_elsewhere):
    """𠮷田 梅, here since ten."""
    child = ChildFactory.create(registered=True, family_name="𠮷田", given_name="梅")
    ParentFactory.create(household=child.household, with_account=True, family_name="𠮷田")
    return arrive(BookingFactory.create(child=child), carer_elsewhere)


@pytest.fixture
def noon(staff_client, carer_elsewhere):
    """The open screen at noon."""
    with time_machine.travel(NOON, tick=False):
        yield staff_client.log_in(carer_elsewhere)


def there():
    return facility("hikarigaoka").pk


def sheet(user, at=NOON):
    with on_duty(user, at):
        return roll_calls.roll_call_sheet(user=user, facility_id=there(), at=at)


def tap(client, **data):
    return client.post("/roll-call/mark/", {"act": "seen"} | data, follow=True).content.decode()


def states(user, at=NOON + MINUTE):
    found = sheet(user, at)
    return {
        each.row.booking.child.given_name: each.last and (each.last.act, each.last.handed_to)
        for each in found.people
    }


def test_everybody_who_is_here_is_expected_and_nobody_else(peach, plum, noon, carer_elsewhere):
    booked("楓", starts_at=TEN)
    elsewhere = booked("菊", code="nerima", starts_at=TEN)
    attendances.arrive(booking=elsewhere, by=carer_elsewhere, at=TEN)
    gone = arrive(booked("桜", starts_at=TEN), carer_elsewhere)
    with on_duty(carer_elsewhere, NOON):
        attendances.leave(booking=gone, by=carer_elsewhere, at=NOON - MINUTE)

    found = noon.get("/roll-call/").content.decode()

    assert set(states(carer_elsewhere)) == {"桃", "梅"}
    for words in ("桃", "𠮷田 梅", "重", "卵", "髙橋 祖母", "tel:0312345678", "tel:09012345678"):
        assert words in found
    for name in ("楓", "菊", "桜"):
        assert name not in found
    assert "いるはずの児童" in found
    assert not RollCall.objects.exists()


def test_it_is_one_tap_from_the_list(noon):
    assert 'href="/roll-call/?facility=' in noon.get("/today/").content.decode()


def test_the_first_tap_begins_and_each_child_is_counted_once(peach, plum, noon, carer_elsewhere):
    tap(noon, booking=peach.pk)
    found = tap(noon, booking=peach.pk)

    call = RollCall.objects.get()
    assert (set(call.expected), call.is_drill) == ({peach.pk, plum.pk}, False)
    here = sheet(carer_elsewhere, NOON + MINUTE)
    assert [each.row.booking for each in here.missing] == [plum]
    assert here.seen_count == 1
    assert f'href="#booking-{plum.pk}"' in found

    done = tap(noon, booking=plum.pk)
    assert "全員の居場所を確認しました。" in done


def test_a_tap_is_taken_back_and_both_stay(peach, noon, carer_elsewhere):
    tap(noon, booking=peach.pk)
    with time_machine.travel(NOON + MINUTE, tick=False):
        tap(noon, booking=peach.pk, act="taken_back")

    assert states(carer_elsewhere) == {"桃": ("taken_back", None)}
    assert [each.row.booking for each in sheet(carer_elsewhere, NOON + MINUTE).missing] == [peach]
    assert list(RollCallMark.objects.values_list("act", "marked_by")) == [
        ("seen", carer_elsewhere.pk), ("taken_back", carer_elsewhere.pk),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"person": "髙橋 祖母"}, "髙橋 祖母"),
        ({"person": "", "handed_to": "𠮷川 はしご（隣人）"}, "𠮷川 はしご（隣人）"),
        ({"person": "髙橋 祖母", "handed_to": "隣人"}, "隣人"),
    ],
)
def test_a_child_is_handed_to_somebody(peach, noon, carer_elsewhere, data, kept):
    found = tap(noon, booking=peach.pk, act="handed", **data)

    assert states(carer_elsewhere) == {"桃": ("handed", kept)}
    assert sheet(carer_elsewhere, NOON + MINUTE).gone_count == 1
    assert kept in found
    peach.refresh_from_db()
    assert peach.state == "present"


def test_who_is_fetched_meanwhile_is_not_missing(peach, noon, carer_elsewhere):
    tap(noon, booking=peach.pk, act="taken_back")
    with on_duty(carer_elsewhere, NOON + MINUTE):
        attendances.leave(booking=peach, by=carer_elsewhere, at=NOON + MINUTE)

    found = sheet(carer_elsewhere, NOON + 2 * MINUTE)

    assert (found.missing, found.gone_count) == ([], 1)


def test_who_comes_later_is_expected_too(peach, noon, carer_elsewhere):
    tap(noon, booking=peach.pk)
    arrive(booked("楓", starts_at=TEN), carer_elsewhere, at=NOON)

    assert states(carer_elsewhere) == {"桃": ("seen", None), "楓": None}


def test_adults_are_ticked_or_written_down(peach, noon, carer_elsewhere):
    tap(noon, staff=carer_elsewhere.pk)
    found = tap(noon, visitor="髙田 実習生")

    seen = [(each.name, each.number) for each in sheet(carer_elsewhere, NOON + MINUTE).adults_seen]
    assert seen == [(carer_elsewhere.name, carer_elsewhere.pk), ("髙田 実習生", None)]
    assert "髙田 実習生" in found


@pytest.mark.parametrize(
    "data",
    [
        dict,
        lambda: {"visitor": "123456789018"},
        lambda: {"booking": booked("菊").pk},
        lambda: {"staff": StaffUserFactory.create(username="H5009").pk},
        lambda: {"act": "ended", "visitor": "だれか"},
        lambda: {"act": "handed", "visitor": "だれか"},
    ],
    ids=["nobody", "a number", "not here", "not of here", "an end", "an adult handed over"],
)
def test_another_tap_keeps_nothing(peach, noon, data):
    found = tap(noon, **data())

    assert "messagelist" in found or "error" in found
    assert not RollCallMark.objects.exists()


def test_to_nobody_no_child_is_handed(peach, noon):
    found = tap(noon, booking=peach.pk, act="handed")

    assert "引き渡した相手を選ぶか、名前を入力してください。" in found
    assert not RollCall.objects.exists()


def test_a_new_one_begins_from_nobody(peach, noon, carer_elsewhere):
    tap(noon, booking=peach.pk)
    with time_machine.travel(NOON + MINUTE, tick=False):
        noon.post("/roll-call/new/", {"drill": "1"})

        found = noon.get("/roll-call/").content.decode()

    first, second = RollCall.objects.order_by("started_at")
    assert (first.is_drill, second.is_drill) == (False, True)
    assert first.marks.last().act == RollCallAct.ENDED
    assert states(carer_elsewhere) == {"桃": None}
    assert f"/roll-call/{first.pk}/" in found


def test_what_was_ended_is_kept_and_read(peach, noon):
    tap(noon, booking=peach.pk, act="handed", person="髙橋 祖母")
    noon.post("/roll-call/end/")

    found = noon.get(f"/roll-call/{RollCall.objects.get().pk}/").content.decode()

    assert "引き渡し" in found
    assert "髙橋 祖母" in found
    assert Entry.objects.get(model="day.rollcall", act=Act.VIEW).child_ids == [peach.child_id]


def test_nothing_ends_that_has_not_begun(carer_elsewhere):
    with on_duty(carer_elsewhere, NOON), pytest.raises(NoRollCall):
        actions.end(facility_id=there(), by=carer_elsewhere, at=NOON)


def test_it_goes_on_through_the_night_and_no_longer(peach, carer_elsewhere):
    with on_duty(carer_elsewhere, NOON):
        actions.start(
            facility_id=there(), expected=[peach.pk], is_drill=False, by=carer_elsewhere, at=NOON
        )

    over = NOON + roll_calls.OVER_AFTER
    assert sheet(carer_elsewhere, over - MINUTE).call is not None
    assert sheet(carer_elsewhere, over - MINUTE).is_quiet
    assert sheet(carer_elsewhere, over).call is None


def test_the_center_reads_and_does_not_count(peach, staff_client, clerk):
    with time_machine.travel(NOON, tick=False):
        client = staff_client.log_in(clerk)
        found = client.get(f"/roll-call/?facility={there()}").content.decode()
        refused = client.post("/roll-call/mark/", {"act": "seen", "booking": peach.pk})

    assert "桃" in found
    assert "roll-tap" not in found
    assert refused.status_code == 403


def test_the_statements_do_not_grow_with_the_children(carer_elsewhere):
    counts = []
    for number in (1, 4):
        for _ in range(number):
            booking = arrive(booked(), carer_elsewhere)
            with on_duty(carer_elsewhere, NOON):
                actions.mark(
                    facility_id=there(), expected=[], act=RollCallAct.SEEN, booking=booking,
                    by=carer_elsewhere, at=NOON,
                )  # fmt: skip
        with on_duty(carer_elsewhere, NOON), CaptureQueriesContext(connection) as statements:
            roll_calls.roll_call_sheet(user=carer_elsewhere, facility_id=there(), at=NOON)
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 13


# The paper


def test_the_paper_says_it_all_and_names_survive(peach, plum, noon, carer_elsewhere):
    tap(noon, booking=peach.pk, act="handed", person="髙橋 祖母")
    tap(noon, staff=carer_elsewhere.pk)

    response = noon.get("/roll-call/sheet.pdf")
    found = pdf_text.read(response.content)

    assert response["Content-Type"] == "application/pdf"
    for words in (
        "避難・点呼", "在室2人", "𠮷田梅", "桃", "髙橋𠮷乃", "髙橋祖母", "09012345678", "卵",
        "引渡し名簿", "署名", "12:00", "職員", carer_elsewhere.name.replace(" ", ""),
    ):  # fmt: skip
        assert words in found, words
    opened = Entry.objects.get(act=Act.PRINT)
    assert set(opened.child_ids) == {peach.child_id, plum.child_id}
    assert "pick_up_people" in opened.fields


def test_markup_in_a_name_is_no_markup(noon, carer_elsewhere):
    arrive(booked("#桃*_$[x]", starts_at=TEN), carer_elsewhere)

    assert "#桃*_$[x]" in pdf_text.read(noon.get("/roll-call/sheet.pdf").content)


def test_without_children_there_is_a_paper_too(noon):
    assert "在室0人" in pdf_text.read(noon.get("/roll-call/sheet.pdf").content)


def test_opening_stands_in_the_ledger(peach, noon):
    noon.get("/roll-call/")

    entry = Entry.objects.get(act=Act.LIST, path="/roll-call/")
    assert (entry.child_ids, entry.purpose) == ([peach.child_id], "care")


# Past the pages


@pytest.mark.parametrize(
    "changes",
    [
        lambda: {"marked_by": StaffUserFactory.create(username="H5009")},
        lambda: {"marked_at": NOON + MINUTE},
        lambda: {"booking": booked("菊", code="nerima")},
    ],
    ids=["in another's name", "ahead of time", "of another facility's child"],
)
def test_nobody_writes_otherwise(peach, carer_elsewhere, changes):
    call = RollCallFactory.create()
    values = {
        "roll_call": call, "facility": call.facility, "booking": peach, "marked_at": NOON,
        "marked_by": carer_elsewhere,
    }  # fmt: skip
    changed = changes()

    with on_duty(carer_elsewhere, NOON):
        RollCallMarkFactory.create(**values)
        with pytest.raises(DatabaseError), transaction.atomic():
            RollCallMarkFactory.create(**values | changed)


@pytest.mark.parametrize(
    "values",
    [
        {"act": "handed"}, {"handed_to": "だれか"}, {"visitor": "だれか"}, {"act": "ended"},
        {"act": "other"},
    ],
)  # fmt: skip
def test_the_database_keeps_the_shape_of_a_mark(peach, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        RollCallMarkFactory.create(booking=peach, **values)


@pytest.mark.parametrize("table", ["day_rollcall", "day_rollcallmark"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET facility_id = 1", "DELETE FROM {}"])
def test_what_is_written_stays(peach, carer_elsewhere, table, statement):
    RollCallMarkFactory.create(booking=peach)

    with (
        on_duty(carer_elsewhere, NOON),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_another_facility_reads_nothing_of_it(peach, carer, carer_elsewhere):
    """It is there: so the wall hides it."""
    RollCallMarkFactory.create(booking=peach)

    for user, number in ((carer_elsewhere, 1), (carer, 0)):
        with on_duty(user, NOON):
            assert (RollCall.objects.count(), RollCallMark.objects.count()) == (number, number)
