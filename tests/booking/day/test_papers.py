"""用紙: what stands on it, whose it is, and what is left when nothing else works."""

import datetime as dt
import re
import stat

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.actions import attendances, cancellations
from booking.day import papers
from booking.day.actions import sheet_prints
from booking.day.models import SheetPrint
from history import clock
from history.enums import Act
from history.models import Entry
from records.enums import Allergen, LeaseReason, Severity
from records.models import AccessLease
from tests import pdf_text
from tests.booking.day.test_day_sheet import DAY, TEN, allergic, booked
from tests.booking.staff_at_work import on_duty
from tests.entries import EntryClient, as_entry
from tests.factories.booking import slots_of_day
from tests.factories.records import HandoverNoteFactory, facility

ONE_DAY = dt.timedelta(days=1)
EVENING = clock.at(DAY - ONE_DAY, dt.time(18))
STATEMENTS = 11


def paper(user, at=TEN, code="hikarigaoka"):
    with on_duty(user, at):
        return papers.paper(user=user, facility_id=facility(code).pk, day=DAY, at=at)


def printed(client, day=DAY):
    response = client.post(f"/sheets/print/?day={day}")
    assert response["Content-Type"] == "application/pdf"
    return pdf_text.read(response.content)


@pytest.fixture
def client(carer_elsewhere):
    client = EntryClient("staff")
    client.log_in(carer_elsewhere)
    return client


@pytest.fixture
def grave(database):
    """桃, who must not have egg, and whose card says more."""
    booking = booked("桃")
    allergic(booking, Severity.ANAPHYLAXIS)
    return booking


# What stands on it


def test_it_says_what_the_care_needs(grave, client):
    grave.household.parents.update(mobile_phone="09000000999")
    HandoverNoteFactory.create(child=grave.child, text="*帽子*を忘れない")

    text = printed(client)

    for expected in (
        grave.child_name, "用紙番号1", str(Severity.ANAPHYLAXIS.label), "09000000999",
        str(next(iter(Allergen)).label), "*帽子*を忘れない", "読み合わせ未了", "1人目の署名",
    ):  # fmt: skip
        assert re.sub(r"\s+", "", expected) in text


def test_names_survive_letter_for_letter(client):
    for family_name, name in (("𠮷田", "髙志"), ("山﨑", "#let")):
        booking = booked(name)
        type(booking.child).objects.filter(pk=booking.child_id).update(family_name=family_name)

    text = printed(client)

    assert "𠮷田髙志" in text
    assert "山﨑#let" in text


def test_a_child_whose_lease_is_over_stands_with_the_words_of_its_booking(grave, client):
    allergen = str(next(iter(Allergen)).label)
    assert allergen in printed(client)
    AccessLease.objects.filter(cause=grave.pk, reason=LeaseReason.BOOKING).update(
        ends_at=grave.request.requested_at, starts_at=grave.request.requested_at
    )

    text = printed(client)

    assert re.sub(r"\s+", "", grave.child_name) in text
    assert allergen not in text


def test_the_paper_of_another_facility_is_not_found(grave, carer_nukui):
    stranger = EntryClient("staff")
    stranger.log_in(carer_nukui)
    there = facility("hikarigaoka").pk

    assert stranger.post(f"/sheets/print/?day={DAY}&facility={there}").status_code == 404
    assert grave.child_name.replace(" ", "") not in printed(stranger)
    assert SheetPrint.objects.filter(facility_id=there).count() == 0


def test_its_statements_do_not_grow_with_the_children(carer_elsewhere):
    counts = []
    for number in (1, 4):
        for _ in range(number):
            HandoverNoteFactory.create(child=booked().child)
        with on_duty(carer_elsewhere, TEN), CaptureQueriesContext(connection) as statements:
            papers.paper(
                user=carer_elsewhere, facility_id=facility("hikarigaoka").pk, day=DAY, at=TEN
            )
        counts.append(len(statements))

    assert counts == [STATEMENTS, STATEMENTS]


# Its number


def test_each_print_has_a_number_and_stands_in_the_ledger(grave, client):
    assert "用紙番号1" in printed(client)
    assert "用紙番号2" in printed(client)
    assert "用紙番号1" in printed(client, DAY + ONE_DAY)

    entries = Entry.objects.filter(act=Act.PRINT, model="day.sheetprint").order_by("at")
    assert [entry.child_ids for entry in entries] == [[grave.child_id], [grave.child_id], []]
    made = SheetPrint.objects.order_by("printed_at")
    assert [[str(each.pk)] for each in made] == [entry.object_ids for entry in entries]


def state(client, number):
    page = client.get(f"/sheets/?day={DAY}").content.decode()
    found = re.search(rf"用紙番号 {number}</p>.*?badge[^>]*>([^<]+)<", page, re.DOTALL)
    assert found
    return found[1]


def test_a_number_tells_whether_there_is_anything_new(grave, client):
    printed(client)
    assert state(client, 1) == "最新です"

    HandoverNoteFactory.create(child=grave.child)
    assert state(client, 1) == "新しい情報あり"
    printed(client)
    assert (state(client, 1), state(client, 2)) == ("新しい情報あり", "最新です")

    booked("梅")
    assert state(client, 2) == "新しい情報あり"


@pytest.mark.parametrize(
    "change",
    [
        lambda booking: allergic(booking, Severity.CAUTION),
        lambda booking: cancellations.cancel(
            booking=booking, by=booking.request.requested_by, at=EVENING
        ),
    ],
    ids=["an allergy", "a booking less"],
)
def test_whatever_it_says_counts(grave, carer_elsewhere, change):
    before = paper(carer_elsewhere).digest
    assert paper(carer_elsewhere).digest == before

    change(grave)

    assert paper(carer_elsewhere).digest != before


def test_nobody_prints_in_anothers_name(carer_elsewhere, colleague_elsewhere):
    values = {
        "facility": facility("hikarigaoka"), "day": DAY, "number": 1, "digest": "0" * 64,
        "care_digest": "0" * 64, "printed_at": TEN,
    }  # fmt: skip
    for who in (colleague_elsewhere, None):
        with (
            pytest.raises(DatabaseError),
            on_duty(carer_elsewhere, TEN),
            transaction.atomic(),
        ):
            SheetPrint.objects.create(**values, printed_by=who)
    with on_duty(carer_elsewhere, TEN):
        SheetPrint.objects.create(**values, printed_by=carer_elsewhere)


@pytest.fixture
def colleague_elsewhere(carer_nukui):
    return carer_nukui


def test_who_has_come_is_no_news_for_who_holds_the_paper(grave, client, carer_elsewhere):
    printed(client)

    attendances.arrive(booking=grave, by=carer_elsewhere, at=TEN)

    assert state(client, 1) == "最新です"
    assert SheetPrint.objects.get().digest != paper(carer_elsewhere).digest


# By itself


@pytest.fixture
def folder(settings, tmp_path):
    settings.SHEET_FOLDER = str(tmp_path / "sheets")
    return tmp_path / "sheets" / "hikarigaoka"


def kept(at=EVENING):
    with as_entry("staff"):
        return sheet_prints.keep(facility=facility("hikarigaoka"), at=at)


def left(folder, day=DAY):
    """The numbers of the files of a day, and the words of the last."""
    files = sorted(folder.glob(f"{day}-*.pdf"))
    numbers = [int(file.stem.rpartition("-")[2]) for file in files]
    return numbers, pdf_text.read(files[-1].read_bytes()) if files else ""


def test_the_next_open_day_is_left_on_the_disk(grave, folder):
    kept()

    numbers, text = left(folder)
    assert numbers == [1]
    assert grave.child_name.replace(" ", "") in text
    assert str(next(iter(Allergen)).label) in text
    assert stat.S_IMODE((folder / f"{DAY}-1.pdf").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    made = SheetPrint.objects.get(day=DAY)
    assert (made.number, made.printed_by) == (1, None)
    entry = Entry.objects.get(act=Act.PRINT, object_ids=[str(made.pk)])
    assert (entry.actor, entry.child_ids) == (sheet_prints.ACTOR, [grave.child_id])


def test_it_is_printed_anew_only_for_something_new(grave, folder):
    kept()
    kept(EVENING + dt.timedelta(hours=1))
    assert SheetPrint.objects.filter(day=DAY).count() == 1

    (folder / f"{DAY}-1.pdf").unlink()
    kept(EVENING + dt.timedelta(hours=2))
    assert "用紙番号1" in left(folder)[1]

    HandoverNoteFactory.create(child=grave.child)
    kept(EVENING + dt.timedelta(hours=3))
    numbers, text = left(folder)
    assert numbers == [2]
    assert "用紙番号2" in text


def test_what_somebody_printed_by_hand_reaches_the_disk_as_well(grave, folder, client):
    kept()
    allergic(grave, Severity.CAUTION, Severity.EXCLUSION)
    printed(client)
    assert left(folder)[0] == [1]

    kept(EVENING + dt.timedelta(hours=2))

    numbers, text = left(folder)
    assert numbers == [2]
    assert str(Severity.EXCLUSION.label) in text
    assert SheetPrint.objects.filter(day=DAY).count() == 2


def test_days_that_are_over_go_and_so_does_what_was_half_written(grave, folder):
    kept()
    (folder / "notes.pdf").write_text("not ours")
    (folder / "tmp123.part").write_text("half")
    kept(clock.at(DAY + ONE_DAY, dt.time(7)))

    names = {file.name for file in folder.iterdir()}
    assert left(folder)[0] == []
    assert "notes.pdf" in names
    assert not list(folder.glob("*.part"))


def test_a_disk_that_is_away_keeps_no_other_from_its_sheet(grave, folder, capsys):
    folder.parent.mkdir()
    folder.write_text("in the way")
    slots_of_day("nukui", DAY)

    with as_entry("staff"), time_machine.travel(EVENING), pytest.raises(SystemExit):
        call_command("keep_sheets")

    assert "hikarigaoka: " in capsys.readouterr().err
    assert left(folder.parent / "nukui")[0] == [1]
    # The next hour writes what was printed, under its number.
    folder.unlink()
    kept(EVENING + dt.timedelta(hours=1))
    assert left(folder)[0] == [1]
    assert SheetPrint.objects.filter(facility=grave.facility, day=DAY).count() == 1


def test_closing_the_box_leaves_the_next_sheet(
    grave, folder, client, django_capture_on_commit_callbacks
):
    today = clock.today()
    slots_of_day(day=today + ONE_DAY)
    form = {"taken": "0", "float_amount": "0"}

    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/cash/new/", form, follow=True).content.decode()

    assert left(folder, today + ONE_DAY)[0] == [1]
    assert "day=next" in page
    title = client.get("/sheets/?day=next").content.decode()
    assert f"次の開所日（{(today + ONE_DAY).month}月{(today + ONE_DAY).day}日" in title


def test_without_a_folder_nothing_is_left_and_the_command_says_so(grave, settings):
    settings.SHEET_FOLDER = ""

    assert kept() == []
    with pytest.raises(CommandError, match="AZUKARI_SHEET_FOLDER"):
        call_command("keep_sheets")
    assert SheetPrint.objects.count() == 0


def test_the_next_open_day_has_half_hours(database):
    there = facility("hikarigaoka").pk
    after = DAY + 2 * ONE_DAY
    for day in (DAY, after):
        slots_of_day(day=day)

    found = [papers.next_open_day(there, day) for day in (DAY - ONE_DAY, DAY, after)]

    assert found == [DAY, after, None]
