"""Entries join one chain soon after they were written, whatever happens in between."""

import datetime as dt
import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from history import context, sealing, tasks
from history.enums import AlertKind
from history.models import Alert, Entry, Head, Root, Seal, Unsealed
from history.walls import ENTRY_ROLES
from records.models import OutgoingMail
from tests.database import run_as
from tests.factories.records import OperatorFactory
from tests.history.tampering import AT, commit, read, seal, sql, tamper

NEXT_DAY = AT + dt.timedelta(days=1)


def chain():
    """The entries in the order of the chain."""
    return list(Seal.objects.order_by("position").values_list("position", "entry_id"))


def test_what_waits_is_sealed_in_order(db):
    seal()
    before = len(chain())
    later = read(2, AT + dt.timedelta(seconds=1))
    earlier = read(1)

    done = seal()

    assert (done.count, done.is_whole, Unsealed.objects.count()) == (2, True, 0)
    assert chain()[before:] == [(before + 1, earlier.pk), (before + 2, later.pk)]


def test_each_hash_holds_the_last_one(db):
    for number in range(3):
        read(number)
    seal()

    last = hashlib.sha256(b"azukari").digest()
    for each in Seal.objects.order_by("position"):
        last = hashlib.sha256(last + bytes(each.content)).digest()
        assert bytes(each.hash) == last
    assert bytes(Head.objects.get().hash) == last


def test_what_comes_late_is_sealed_late(db):
    """A transaction that began before the others and committed after them."""
    seal()
    early = read(1, AT - dt.timedelta(hours=3))

    seal()

    assert chain()[-1][1] == early.pk


def test_sealing_nothing_is_a_sign_of_life(db):
    seal()
    later = AT + dt.timedelta(seconds=50)

    assert seal(at=later).count == 0
    assert Head.objects.get().at == later
    assert sealing.is_worker_alive(later + dt.timedelta(seconds=60))
    assert not sealing.is_worker_alive(later + dt.timedelta(seconds=61))


def test_a_limit_leaves_the_rest_for_the_next_run(db):
    seal()
    for number in range(3):
        read(number)

    assert [sealing.seal(at=AT, limit=2).count for _run in range(3)] == [2, 1, 0]


def test_the_job_seals_and_asks_for_the_next(db):
    read(1)
    tasks.seal_entries(timestamp=0)

    assert Unsealed.objects.count() == 0
    assert sql(
        "SELECT count(*) FROM procrastinate_jobs"
        " WHERE task_name = 'history.seal_entries' AND status = 'todo'"
    ) == [(1,)]


def test_before_anybody_may_come_in_nothing_is_late(db, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    seal()
    Alert.objects.all().delete()
    with context.acting("system:demonstration", at=AT - dt.timedelta(days=30)):
        for number in range(5):
            read(number, AT - dt.timedelta(days=30))

    assert sealing.seal_before_opening(at=AT) == 5
    assert (Unsealed.objects.count(), Alert.objects.count()) == (0, 0)
    assert sealing.is_worker_alive(AT)


def test_a_chain_that_was_cut_is_told_even_then(db):
    read(1)
    seal()
    Alert.objects.all().delete()
    tamper(
        "history_seal", "DELETE FROM history_seal WHERE position = %s", Head.objects.get().position
    )
    read(2)

    sealing.seal_before_opening(at=AT)

    assert Alert.objects.get().kind == AlertKind.CHAIN_BROKEN


def test_a_change_is_sealed_like_a_reading(db):
    seal()
    OperatorFactory.create()
    commit()
    entry = Entry.objects.exclude(actor="system:reference").get()

    seal()

    assert chain()[-1][1] == entry.pk


# The day's root


def test_the_first_run_of_a_day_makes_the_root_of_the_last(db, settings):
    settings.OFFICERS = ["first@example.jp", "second@example.jp"]
    read(1)
    seal()
    last = bytes(Head.objects.get().hash)
    OutgoingMail.objects.all().delete()

    done = seal(at=NEXT_DAY)

    root = Root.objects.get(day=AT.date())
    assert (done.root_day, bytes(root.hash), root.text) == (AT.date(), last, last.hex())
    mails = list(OutgoingMail.objects.all())
    assert sorted(mail.recipient for mail in mails) == settings.OFFICERS


def test_it_makes_it_once(db, settings):
    settings.OFFICERS = ["first@example.jp"]
    read(1)
    seal()

    made = [seal(at=NEXT_DAY + dt.timedelta(minutes=n)).root_day for n in range(3)]

    assert made == [AT.date(), None, None]


def test_the_day_ends_in_tokyo(db):
    read(1)
    seal(at=dt.datetime(2026, 11, 5, 14, 59, tzinfo=dt.UTC))

    done = seal(at=dt.datetime(2026, 11, 5, 15, 0, tzinfo=dt.UTC))

    assert done.root_day == dt.date(2026, 11, 5)


# What is wrong is raised


def test_what_waited_longer_than_a_minute_is_an_alert(db):
    seal()
    Alert.objects.all().delete()
    waiting = read(1)
    Unsealed.objects.filter(pk=waiting.pk).update(at=AT - dt.timedelta(seconds=61))

    seal()

    assert Alert.objects.get().kind == AlertKind.SEAL_LATE
    assert Unsealed.objects.count() == 0


def test_a_minute_is_none(db):
    seal()
    Alert.objects.all().delete()
    waiting = read(1)
    Unsealed.objects.filter(pk=waiting.pk).update(at=AT - dt.timedelta(seconds=60))

    seal()

    assert Alert.objects.count() == 0


def test_a_tail_cut_off_is_an_alert_and_the_gap_stays(db):
    read(1)
    seal()
    position = Head.objects.get().position
    tamper("history_seal", "DELETE FROM history_seal WHERE position = %s", position)
    read(2)

    done = seal()

    assert not done.is_whole
    assert Alert.objects.filter(kind=AlertKind.CHAIN_BROKEN).count() == 1
    assert position not in dict(chain())
    assert position + 1 in dict(chain())


# Who may


@pytest.mark.parametrize("role", ["azukari_public", "azukari_staff"])
def test_no_entry_seals(db, role):
    with pytest.raises(DatabaseError, match="permission denied for function history_seal"):
        run_as(role, "SELECT history_seal(now(), 1)")


def test_the_worker_seals(db):
    seal()
    read(1)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE azukari_worker")
        assert sealing.seal(at=AT).count == 1
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("role", ENTRY_ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM history_seal",
        "SELECT * FROM history_tombstone",
        """INSERT INTO history_seal (position, entry_id, shape_id, content, hash, at)
        VALUES (9, gen_random_uuid(), 1, '', '', now())""",
        "UPDATE history_seal SET hash = ''",
        "DELETE FROM history_seal",
        "UPDATE history_head SET position = 0",
        "UPDATE history_root SET hash = ''",
        "DELETE FROM history_unsealed",
        "INSERT INTO history_root (day, position, hash, at) VALUES (now(), 1, '', now())",
    ],
)
def test_no_role_writes_in_the_chain(db, role, statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        run_as(role, statement)


@pytest.mark.parametrize("table", ["history_seal", "history_root"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET hash = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_not_even_the_owner_changes_it(db, table, verb):
    read(1)
    seal()
    seal(at=NEXT_DAY)

    with pytest.raises(DatabaseError, match=f"{table} is only added to"), transaction.atomic():
        sql(verb.format(table))
