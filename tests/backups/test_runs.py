"""A backup is made, read back, restored and looked through; what is wrong with it is found."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from azukari.backups import archive, runs
from azukari.backups.drill import drill
from booking.models import Slot
from history.enums import RunCause, RunResult, SecondPlace
from history.models import BackupRun
from records.enums import Kind
from records.models import User
from tests.backups.conftest import address
from tests.factories.booking import BookingFactory
from tests.factories.records import CareNeedFactory, StaffUserFactory

SECRET = "卵でアナフィラキシー"


@pytest.fixture
def full(backed_up, settings):
    """Something of everything a drill looks at, under real hashes: the drill has real settings."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    BookingFactory.create()
    CareNeedFactory.create(content=SECRET)
    StaffUserFactory.create()
    return backed_up


def back_up():
    run = runs.back_up(cause=RunCause.COMMAND)
    return run, archive.archives(archive.settings.BACKUP_FOLDER)[0]


def scratch_databases():
    with psycopg.connect(address("azukari_owner", "postgres")) as owner:
        found = owner.execute("SELECT datname FROM pg_database WHERE datname LIKE 'azukari_drill%'")
        return [name for (name,) in found]


def test_a_backup_survives_its_drill(full, places):
    run, folder = back_up()

    report = drill(folder)

    assert report.problems == []
    assert run.result == RunResult.OK
    assert (run.rows, run.files) == (report.rows, report.files)
    assert run.files == 1
    assert run.second_place == SecondPlace.SAME_DISK
    assert (archive.Path(places.BACKUP_SECOND_FOLDER) / folder.name / "manifest.json").exists()
    assert scratch_databases() == []


def test_nothing_of_a_family_lies_open_in_it(full):
    names = [b"azukari", b"hayashi@example.jp", "ハヤシ".encode(), b"records_child", b"<svg"]

    _run, folder = back_up()

    written = b"".join(path.read_bytes() for path in folder.iterdir())
    # Not even the names of its tables; "azukari" stands in the head of each file in capitals.
    assert [name for name in names if name in written] == []


def test_the_drill_finds_counters_that_do_not_add_up(full):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE booking_slot DROP CONSTRAINT slot_taken_is_sum")
        cursor.execute("ALTER TABLE booking_slot DROP CONSTRAINT slot_staffing")
    Slot.objects.filter(pk=Slot.objects.order_by("pk").first().pk).update(taken=7)

    _run, folder = back_up()
    report = drill(folder)

    assert [problem.partition(":")[0] for problem in report.problems] == ["seats"]
    assert "counts 7" in report.problems[0]


def test_the_drill_finds_a_touched_history_and_lost_keys(full):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE records_historicalcareneed DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM records_historicalcareneed")
        cursor.execute("UPDATE records_datakey SET wrapped_by = 'lost'")

    _run, folder = back_up()
    report = drill(folder)

    # Without its keys a database lets nobody in either.
    assert {problem.partition(":")[0] for problem in report.problems} == {
        "ledger",
        "secrets",
        "log-in",
    }


def test_the_drill_finds_a_row_that_the_backup_did_not_hold(full, monkeypatch):
    """Contents and dump of two moments: as if a row had been lost or slipped in between."""
    counted = runs.database.contents

    def counted_before(session):
        found = counted(session)
        found["tables"]["booking_booking"][0] += 1
        found["structure"]["policies"] += 1
        return found

    monkeypatch.setattr(runs.database, "contents", counted_before)
    _run, folder = back_up()
    monkeypatch.undo()

    report = drill(folder)

    assert [problem.partition(":")[0] for problem in report.problems] == [
        "booking_booking",
        "policies",
    ]
    assert "2 rows" in report.problems[0]
    assert "became 1 rows" in report.problems[0]


def test_a_backup_sees_one_moment(full, monkeypatch):
    """What is booked while the dump runs is in neither half of it."""
    dump = runs.database.dump

    def dump_while_booking(*args):
        BookingFactory.create()
        dump(*args)

    monkeypatch.setattr(runs.database, "dump", dump_while_booking)

    _run, folder = back_up()

    assert archive.Archive(folder).contents()["tables"]["booking_booking"][0] == 1
    assert drill(folder).problems == []


def test_a_run_that_fails_is_written_down_and_leaves_nothing_half_done(full, places):
    places.BACKUP_DATABASE_URL = address("azukari_backup", "no_such_database")

    with pytest.raises(psycopg.OperationalError):
        runs.back_up(cause=RunCause.SCHEDULE)

    run = BackupRun.objects.get()
    assert run.result == RunResult.FAILED
    assert "no_such_database" in run.problem
    assert run.finished_at is not None
    assert list(places.BACKUP_FOLDER.glob("*")) == []


def test_a_second_place_that_is_away_fails_the_run_and_keeps_the_backup(full, places, tmp_path):
    (tmp_path / "file").write_text("in the way")
    places.BACKUP_SECOND_FOLDER = str(tmp_path / "file")

    with pytest.raises(CommandError):
        call_command("backup")

    run = BackupRun.objects.get()
    assert (run.result, run.second_place) == (RunResult.FAILED, SecondPlace.FAILED)
    assert len(archive.archives(places.BACKUP_FOLDER)) == 1


def test_the_role_of_backups_can_only_read(backed_up):
    with (
        psycopg.connect(address("azukari_backup", backed_up.name)) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute("UPDATE records_facility SET name = ''")


def test_the_role_of_the_drill_reads_nothing_of_the_real_one(backed_up):
    with (
        psycopg.connect(address("azukari_drill", backed_up.name)) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute("SELECT * FROM records_facility")


def test_the_drill_finds_a_password_that_nothing_can_check(full):
    User.objects.filter(kind=Kind.STAFF).update(password="plain")

    _run, folder = back_up()
    report = drill(folder)

    assert {problem.partition(":")[0] for problem in report.problems} == {"log-in"}
