"""食事・おやつ前の確認: whom it shows, what opens it anew, and whose names count."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from booking.actions import attendances
from booking.day import meals
from booking.day.actions import joint_readings, meal_checks, takeovers
from booking.day.enums import MealKind
from booking.day.models import MealCheck, MealCheckChild, Takeover
from booking.day.refusals import NeedsAnother
from history import clock
from records.enums import Answer, CareNeedKind, Confirmation, Severity
from tests.booking.day.test_day_sheet import TEN, allergic, booked, sheet
from tests.booking.day.test_joint_readings import colleague  # noqa: F401
from tests.booking.staff_at_work import on_duty
from tests.factories.day import MealCheckFactory
from tests.factories.records import HandoverNoteFactory, facility

MINUTE = dt.timedelta(minutes=1)
NOON = TEN + dt.timedelta(hours=2)


def arrive(booking, user, at=TEN):
    with on_duty(user, at):
        attendances.arrive(booking=booking, by=user, at=at)


@pytest.fixture
def peach(carer_elsewhere):
    """桃, here since ten, must not have egg."""
    booking = booked("桃")
    allergic(booking, Severity.EXCLUSION)
    arrive(booking, carer_elsewhere)
    return booking


@pytest.fixture
def read(peach, carer_elsewhere, colleague):  # noqa: F811
    for each in (carer_elsewhere, colleague):
        with on_duty(each, TEN):
            joint_readings.read(booking=peach, child=peach.child, by=each, at=TEN)


def eaters(user, at=NOON):
    return [row.booking.child_name for row in meals.eaters(meals.present(sheet(user, at=at).rows))]


def look(*people, at=NOON, code="hikarigaoka"):
    first, *others = people
    with on_duty(first, at):
        check = meal_checks.check(
            facility_id=facility(code).pk, kind=MealKind.MEAL, eaters=(), by=first, at=at
        )
    for each in others:
        with on_duty(each, at + MINUTE):
            meal_checks.second(
                number=check.pk, facility_id=check.facility_id, by=each, at=at + MINUTE
            )


def state(user, at=NOON + 2 * MINUTE):
    rows = sheet(user, at=at).rows
    with on_duty(user, at):
        return meals.state(rows, facility_id=facility("hikarigaoka").pk, at=at)


def test_it_shows_those_who_are_here_and_must_not_have_something(peach, carer_elsewhere):
    arrive(booked("梅"), carer_elsewhere)
    allergic(booked("桜"), Severity.ANAPHYLAXIS)
    unknown, asked = booked("楓"), booked("葵")
    unknown.child.care_needs.filter(kind=CareNeedKind.ALLERGY).update(answer=Answer.UNKNOWN)
    asked.child.care_needs.filter(kind=CareNeedKind.ALLERGY).update(
        confirmation=Confirmation.UNCONFIRMED
    )
    for each in (unknown, asked):
        arrive(each, carer_elsewhere)

    assert sorted(eaters(carer_elsewhere)) == sorted(
        each.child_name for each in (peach, unknown, asked)
    )


def test_an_illness_is_no_matter_at_table(carer_elsewhere):
    booking = booked()
    booking.child.care_needs.filter(kind=CareNeedKind.ILLNESS).update(answer=Answer.YES)
    arrive(booking, carer_elsewhere)

    assert eaters(carer_elsewhere) == []


@pytest.mark.usefixtures("read")
def test_two_names_make_it_done(carer_elsewhere, colleague):  # noqa: F811
    assert not state(carer_elsewhere).is_done

    look(carer_elsewhere)
    assert not state(carer_elsewhere).is_done

    look(carer_elsewhere, colleague, at=NOON + 3 * MINUTE)
    assert state(carer_elsewhere, at=NOON + 5 * MINUTE).is_done


@pytest.mark.usefixtures("read")
def test_one_person_is_not_two(carer_elsewhere):
    with pytest.raises(NeedsAnother):
        look(carer_elsewhere, carer_elsewhere)

    assert not state(carer_elsewhere).is_done


@pytest.mark.usefixtures("read")
def test_a_late_arrival_opens_it_anew(carer_elsewhere, colleague):  # noqa: F811
    look(carer_elsewhere, colleague)
    late = booked("梅")
    arrive(late, carer_elsewhere, at=NOON + 2 * MINUTE)

    found = state(carer_elsewhere, at=NOON + 3 * MINUTE)

    assert not found.is_done
    assert [row.booking for row in found.late] == [late]
    look(carer_elsewhere, colleague, at=NOON + 4 * MINUTE)
    assert state(carer_elsewhere, at=NOON + 6 * MINUTE).is_done


@pytest.mark.usefixtures("read")
def test_a_carer_who_takes_over_opens_it_anew(carer_elsewhere, colleague):  # noqa: F811
    look(carer_elsewhere, colleague)
    for each, is_new in ((colleague, False), (carer_elsewhere, False)):
        with on_duty(each, NOON + 2 * MINUTE):
            takeovers.take_over(
                facility_id=facility("hikarigaoka").pk, notes=(), by=each, at=NOON + 2 * MINUTE
            )
        assert state(carer_elsewhere, at=NOON + 3 * MINUTE).is_done is not is_new

    Takeover.objects.filter(taken_by=colleague).update(
        taken_by=MealCheckFactory.create(checked_at=TEN).first_by
    )

    found = state(carer_elsewhere, at=NOON + 3 * MINUTE)
    assert (found.is_done, len(found.carers)) == (False, 1)


def test_it_stays_open_until_the_card_was_read(peach, carer_elsewhere, colleague):  # noqa: F811
    look(carer_elsewhere, colleague)

    found = state(carer_elsewhere)

    assert (found.is_done, [row.booking for row in found.unread]) == (False, [peach])


@pytest.mark.usefixtures("read")
def test_yesterdays_look_is_none_of_today(carer_elsewhere, colleague):  # noqa: F811
    look(carer_elsewhere, colleague, at=NOON - dt.timedelta(days=1))

    assert state(carer_elsewhere).last is None


def test_another_facilitys_look_is_not_ours(peach, carer, carer_elsewhere):
    look(carer_elsewhere)

    with on_duty(carer, NOON):
        assert MealCheck.objects.count() == 0
    with on_duty(carer_elsewhere, NOON), connection.cursor() as cursor:
        assert MealCheck.objects.count() == 1
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM day_mealcheck")


# On the screen


@pytest.fixture
def plum(database):
    """梅, who is yet to come, must not have egg either."""
    booking = booked("梅")
    allergic(booking, Severity.ANAPHYLAXIS)
    return booking


@pytest.fixture
def screen(staff_client, carer_elsewhere, time_machine, peach):
    time_machine.move_to(NOON, tick=False)
    return staff_client.log_in(carer_elsewhere)


def test_the_page_keeps_what_each_one_eats(screen, peach):
    page = screen.get("/meals/").content.decode()
    assert peach.child_name in page
    assert "今日はまだ確認していません" in page

    asked = {
        "shown": str(peach.pk), "kind": "snack",
        f"brought-{peach.pk}": "持参のゼリー", f"seat-{peach.pk}": "on",
    }  # fmt: skip
    page = screen.post("/meals/", asked, follow=True).content.decode()

    assert "確認を記録しました。" in page
    kept = MealCheckChild.objects.get()
    assert (kept.booking, kept.brought, kept.has_own_seat) == (peach, "持参のゼリー", True)
    assert kept.marks == "除去 鶏卵"
    assert kept.check_of.kind == MealKind.SNACK


def test_whoever_came_meanwhile_was_not_looked_at(plum, screen, peach, carer_elsewhere):
    arrive(plum, carer_elsewhere)
    asked = {"shown": str(peach.pk), "kind": "meal", f"brought-{peach.pk}": "持参のゼリー"}

    page = screen.post("/meals/", asked).content.decode()

    assert "在室している児童が変わりました。" in page
    assert "持参のゼリー" in page
    assert MealCheck.objects.count() == 0
    asked["shown"] = [str(peach.pk), str(plum.pk)]
    screen.post("/meals/", asked)
    assert MealCheckChild.objects.count() == 2


def test_a_takeover_keeps_which_notes_were_read(screen, peach, carer_elsewhere):
    note = HandoverNoteFactory.create(child=peach.child, text="昼寝の前に薬を塗る")
    HandoverNoteFactory.create(child=booked("梅", code="nerima").child)

    page = screen.get("/takeover/").content.decode()
    assert "昼寝の前に薬を塗る" in page

    screen.post("/takeover/")

    kept = Takeover.objects.get()
    assert (kept.taken_by, kept.notes, kept.taken_at) == (carer_elsewhere, [note.pk], NOON)
    assert clock.local(kept.taken_at).hour == 12
