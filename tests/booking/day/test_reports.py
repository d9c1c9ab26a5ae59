"""今日のようす: a few taps of a carer, read by that family alone once its child is handed out."""

import datetime as dt

import pytest
import time_machine

from booking.actions import attendances
from booking.day.actions import reports
from booking.day.models import DayReport
from booking.day.refusals import DayIsOver
from history.enums import Act
from history.models import Entry
from history.walls import PUBLIC, STAFF
from tests.booking.day.test_day_sheet import TEN
from tests.booking.day.test_messages import family_of, refused, words
from tests.factories.booking import BookingFactory
from tests.factories.day import DayReportFactory
from tests.factories.records import StaffNoteFactory, StaffUserFactory, facility
from tests.people import child_of

MINUTE = dt.timedelta(minutes=1)
NOON, ONE_DAY = TEN + 120 * MINUTE, dt.timedelta(days=1)
TAPS = {"meal": "half", "nap": "", "mood": "happy", "stool": "usual", "words": "よく笑いました"}
MIDNIGHT = TEN.astimezone(TEN.tzinfo) + dt.timedelta(hours=14)


@pytest.fixture
def booking(parent, carer_elsewhere):
    """Of a child that came at ten."""
    booking = BookingFactory.create(child=child_of(parent), by=parent)
    attendances.arrive(booking=booking, by=carer_elsewhere, at=TEN)
    booking.refresh_from_db()
    return booking


def fetched(booking, carer):
    attendances.leave(booking=booking, by=carer, at=NOON)
    booking.refresh_from_db()


def at_work(user, at, code="hikarigaoka"):
    return {
        "actor": user.pk, "role": "carer", "facilities": f"{{{facility(code).pk}}}",
        "at": at.isoformat(),
    }  # fmt: skip


def test_a_family_reads_it_once_its_child_is_handed_out(
    public_client, staff_client, parent, other_parent, carer_elsewhere, booking
):
    StaffNoteFactory.create(child=booking.child, text="内緒の職員メモ")
    address = f"/today/{booking.pk}/report/"
    with time_machine.travel(TEN + MINUTE, tick=False):
        there, family = staff_client.log_in(carer_elsewhere), public_client.log_in(parent)
        listed = words(there.get("/today/"))
        there.post(address, TAPS)
        before = words(family.get(booking.get_absolute_url()))
        again = words(there.get("/today/"))
        fetched(booking, carer_elsewhere)
        after = words(family.get(booking.get_absolute_url()))
        stranger = public_client.log_in(other_parent).get(booking.get_absolute_url())

    assert "今日のようす（" in listed
    assert "今日のようす記入済" in again
    assert "今日のようす" not in before
    assert "よく笑いました" not in before
    for said in ("10:00から12:00まで", "半分くらい", "ごきげん", "ふつう", "よく笑いました"):
        assert said in after
    assert "お昼寝" not in after
    assert "内緒" not in after
    assert stranger.status_code == 404
    report = DayReport.objects.get()
    assert (report.written_by, report.household_id) == (carer_elsewhere, booking.household_id)
    assert Entry.objects.filter(act=Act.LIST, path="/today/").exists()


def test_a_departure_taken_back_takes_it_back(public_client, parent, carer_elsewhere, booking):
    DayReportFactory.create(booking=booking)
    family = public_client.log_in(parent)
    fetched(booking, carer_elsewhere)
    shown = words(family.get(booking.get_absolute_url()))
    attendances.undo_departure(booking=booking, by=carer_elsewhere, at=NOON + MINUTE)

    assert "積み木" in shown
    assert "積み木" not in words(family.get(booking.get_absolute_url()))


def test_it_is_written_from_the_arrival_until_midnight(carer_elsewhere, parent, booking):
    said = {"said": TAPS, "by": carer_elsewhere}
    fetched(booking, carer_elsewhere)
    reports.write(booking=booking, at=MIDNIGHT - MINUTE, **said)
    with pytest.raises(DayIsOver):
        reports.write(booking=booking, at=MIDNIGHT, **said)

    to_come = BookingFactory.create(child=child_of(parent), by=parent, starts_at=TEN + ONE_DAY)
    with pytest.raises(DayIsOver):
        reports.write(booking=to_come, at=TEN + ONE_DAY, **said)
    assert DayReport.objects.get().booking == booking


def test_what_stood_there_before_can_be_read_with_whose_it_was(carer_elsewhere, booking):
    other = StaffUserFactory.create()
    reports.write(booking=booking, said=TAPS, by=carer_elsewhere, at=NOON)
    reports.write(booking=booking, said=TAPS | {"meal": "all"}, by=other, at=NOON + MINUTE)

    kept = DayReport.history.order_by("history_id").values_list("meal", "written_by")
    assert list(kept) == [("half", carer_elsewhere.pk), ("all", other.pk)]


def test_an_empty_one_is_refused_in_words(staff_client, carer_elsewhere, booking):
    with time_machine.travel(NOON, tick=False):
        there = staff_client.log_in(carer_elsewhere)
        empty = there.post(f"/today/{booking.pk}/report/", dict.fromkeys(TAPS, ""))
        number = TAPS | {"words": "123456789018"}
        numbered = there.post(f"/today/{booking.pk}/report/", number)
    with time_machine.travel(NOON + ONE_DAY, tick=False):
        over = staff_client.log_in(carer_elsewhere).get(f"/today/{booking.pk}/report/")

    assert "どれか1つを選ぶか、ひとことを書いてください。" in words(empty)
    assert "error-summary" in numbered.content.decode()
    assert "この予約には書かれていません。" in words(over)
    assert not DayReport.objects.exists()


def test_the_walls_keep_it_to_its_family_and_its_facility(
    real_database, parent, other_parent, carer, carer_elsewhere, booking
):
    """The facility reads it and its family does once the child is handed out: so it is there."""
    DayReportFactory.create(booking=booking)
    stranger = BookingFactory.create(child=child_of(other_parent), by=other_parent)
    rows = "SELECT id FROM day_dayreport"

    def seen(entry_role, **who):
        with real_database.connect(entry_role, **who) as entry:
            return len(entry.execute(rows).fetchall())

    def read():
        return {
            "family": seen(PUBLIC, **family_of(booking)),
            "other family": seen(PUBLIC, **family_of(stranger)),
            "there": seen(STAFF, **at_work(carer_elsewhere, NOON)),
            "elsewhere": seen(STAFF, **at_work(carer, NOON, "nerima")),
        }

    present = read()
    fetched(booking, carer_elsewhere)

    assert present == {"family": 0, "other family": 0, "there": 1, "elsewhere": 0}
    assert read() == present | {"family": 1}


def test_the_walls_let_it_be_written_that_day_in_ones_own_name(
    real_database, parent, carer, carer_elsewhere, booking
):
    DayReportFactory.create(booking=booking)
    change = "UPDATE day_dayreport SET meal = 'all', written_by_id = %s, written_at = %s"
    late = MIDNIGHT + MINUTE
    tries = {
        "own, that day": (carer_elsewhere, NOON, "hikarigaoka", carer_elsewhere.pk),
        "another's name": (carer_elsewhere, NOON, "hikarigaoka", carer.pk),
        "the day after": (carer_elsewhere, late, "hikarigaoka", carer_elsewhere.pk),
        "elsewhere": (carer, NOON, "nerima", carer.pk),
    }

    done = {}
    for name, (who, at, code, written_by) in tries.items():
        with real_database.connect(STAFF, **at_work(who, at, code)) as staff:
            done[name] = not refused(staff, change, written_by, at)
            staff.rollback()
    with real_database.connect(PUBLIC, **family_of(booking)) as family:
        done["the family"] = not refused(family, "UPDATE day_dayreport SET meal = 'all'")
    fetched(booking, carer_elsewhere)
    with real_database.connect(STAFF, **at_work(carer_elsewhere, NOON)) as staff:
        cake = change.replace("'all'", "'cake'")
        done["words of no choice"] = not refused(staff, cake, carer_elsewhere.pk, NOON)

    assert done == dict.fromkeys([*tries, "the family", "words of no choice"], False) | {
        "own, that day": True
    }
