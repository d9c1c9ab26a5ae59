"""A legal erasure that was done after a backup does not come back with it."""

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections, transaction

from azukari import tasks
from azukari.backups import archive, erasures, runs
from history import clock, tombstones
from history.context import Context
from history.enums import RunCause
from history.models import Entry, Tombstone
from records.models import StaffNote
from tests.backups.conftest import address
from tests.database import ACTOR, act_as
from tests.factories.booking import BookingFactory
from tests.factories.records import StaffNoteFactory
from tests.records.worker import as_worker

OWNER = Context(actor="system:erasure", at=clock.now(), entry="owner")
NAME = "林 一花"
SECRET = "父が別居中"


def erase(row):
    with transaction.atomic():
        tombstones.erase(row, fields={"child_name": "－"}, basis="個人情報保護法35条", by=OWNER)
    act_as(ACTOR)


@pytest.fixture
def booking(backed_up, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    booking = BookingFactory.create()
    booking.child_name = NAME
    booking.save(update_fields=["child_name"])
    return booking


def names(booking):
    return list(booking.history.order_by("history_id").values_list("child_name", flat=True))


@pytest.fixture
def backup(booking, settings):
    """A backup from before the erasure."""
    runs.back_up(cause=RunCause.COMMAND)
    assert NAME in names(booking)
    return archive.archives(settings.BACKUP_FOLDER)[0]


def drop(name):
    connections.close_all()
    with psycopg.connect(address("azukari_owner", "postgres"), autocommit=True) as owner:
        owner.execute(f'DROP DATABASE "{name}"')


def test_it_stays_erased_although_the_database_was_lost(booking, backup, backed_up, capsys):
    erase(booking.history.order_by("-history_id").first())
    with as_worker():
        tasks.note_erasures()
    drop(backed_up.name)

    call_command("restore", str(backup))

    act_as(ACTOR)
    assert "1 erasures replayed" in capsys.readouterr().out
    assert NAME not in names(booking)
    assert Tombstone.objects.count() == 1
    assert Entry.objects.filter(actor="system:restore", act="erase").count() == 1


def test_without_the_list_it_would_come_back(booking, backup, backed_up, settings):
    """What the list is for: the same without it."""
    erase(booking.history.order_by("-history_id").first())
    drop(backed_up.name)

    call_command("restore", str(backup))

    act_as(ACTOR)
    assert NAME in names(booking)


def test_what_was_corrected_and_erased_later_leaves_the_record_too(booking, backup, backed_up):
    """The backup is from before the correction: the record of then still holds it."""
    note = StaffNoteFactory.create(text=SECRET)
    runs.back_up(cause=RunCause.COMMAND)
    (_first, newest) = sorted(archive.archives(archive.settings.BACKUP_FOLDER))
    assert note.text == SECRET
    tombstones.erase_record(StaffNote, note.pk, fields={"text": ""}, basis="98条", by=OWNER)
    act_as(ACTOR)
    with as_worker():
        tasks.note_erasures()
    drop(backed_up.name)

    call_command("restore", str(newest))

    act_as(ACTOR)
    restored = StaffNote.objects.get(pk=note.pk)
    assert restored.text == ""
    assert {row.text for row in restored.history.all()} == {""}
    # What has another content than the law had erased stays.
    assert NAME in names(booking)


def test_the_list_is_sealed_and_keeps_what_it_named(booking, settings):
    erase(booking.history.order_by("-history_id").first())
    with as_worker():
        tasks.note_erasures()

    path = settings.BACKUP_FOLDER / erasures.NAME

    assert b"booking_historicalbooking" not in path.read_bytes()
    assert [each["table"] for each in erasures.read(path)] == ["booking_historicalbooking"]
    # Another database, in which nothing is erased, takes nothing off it.
    erasures.write([])
    assert len(erasures.known()) == 1
