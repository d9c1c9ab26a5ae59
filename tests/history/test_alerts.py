"""Alerts are raised once per cause until somebody has seen them; officers hear of grave ones."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from history import alerts, context
from history.context import Context
from history.enums import AT_EVERY_FACILITY, WHAT_TO_DO, AlertKind
from history.models import Alert
from records.models import OutgoingMail
from tests.database import run_as

AT = dt.datetime(2026, 11, 5, 9, 30, tzinfo=dt.UTC)
OFFICERS = ["first@example.jp", "second@example.jp"]


def raise_one(**values):
    return alerts.raise_alert(**{"kind": AlertKind.LOGIN_BURST, "at": AT, "cause": "7"} | values)


def test_one_cause_raises_one_alert(db):
    assert [raise_one(), raise_one(at=AT + dt.timedelta(hours=1))] == [True, False]

    assert Alert.objects.get().at == AT


@pytest.mark.parametrize("values", [{"cause": "8"}, {"kind": AlertKind.BACKUP_MISSED}])
def test_another_cause_raises_another(db, values):
    raise_one()

    assert raise_one(**values)
    assert Alert.objects.count() == 2


def test_after_it_was_seen_it_is_raised_again(db):
    raise_one()
    alerts.see(Alert.objects.get(), by="3", at=AT)

    assert raise_one(at=AT + dt.timedelta(days=1))
    assert Alert.objects.unseen().get().at == AT + dt.timedelta(days=1)


def test_who_saw_it_first_stays(db):
    raise_one()
    alert = Alert.objects.get()
    alerts.see(alert, by="3", at=AT)

    alerts.see(alert, by="4", at=AT + dt.timedelta(hours=1))

    assert (Alert.objects.get().seen_by, Alert.objects.get().seen_at) == ("3", AT)


def test_officers_are_told_of_a_grave_one_once(db, settings):
    settings.OFFICERS = OFFICERS

    for _repeated in range(2):
        raise_one(kind=AlertKind.CHAIN_BROKEN, detail="records_historicalchild 17")

    mails = OutgoingMail.objects.all()
    assert sorted(mail.recipient for mail in mails) == OFFICERS
    assert not raise_one(kind=AlertKind.CHAIN_BROKEN)


def test_officers_are_spared_the_others(db, settings):
    settings.OFFICERS = OFFICERS

    raise_one()

    assert OutgoingMail.objects.count() == 0


def test_without_officers_it_is_raised_all_the_same(db):
    assert raise_one(kind=AlertKind.CHAIN_BROKEN)
    assert (Alert.objects.count(), OutgoingMail.objects.count()) == (1, 0)


def test_every_kind_says_what_to_do():
    assert set(WHAT_TO_DO) == set(AlertKind)


# Who raises, reads and marks


@pytest.mark.parametrize("role", ["azukari_staff", "azukari_worker"])
def test_staff_entry_and_worker_raise_alerts(db, role):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        assert [raise_one(), raise_one()] == [True, False]
        cursor.execute("RESET ROLE")


def readable(role, facilities):
    context.enter(Context(actor="5", role=role, facilities=facilities))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE azukari_staff")
        cursor.execute("SELECT cause FROM history_alert ORDER BY cause")
        found = [cause for (cause,) in cursor.fetchall()]
        cursor.execute("UPDATE history_alert SET seen_at = now(), seen_by = '5'")
        marked = cursor.rowcount
        transaction.set_rollback(True)
    return found, marked


@pytest.mark.parametrize(
    ("role", "facilities", "expected"),
    [
        ("center", (1, 2, 3), (["a", "b", "c"], 3)),
        ("auditor", (), (["a", "b", "c"], 0)),
        ("manager", (2,), (["a"], 1)),
        ("manager", (3,), (["b"], 1)),
        ("carer", (2,), ([], 0)),
        ("editor", (), ([], 0)),
    ],
)
def test_managers_see_their_own_and_the_center_all(db, role, facilities, expected):
    for cause, facility in (("a", 2), ("b", 3), ("c", None)):
        raise_one(cause=cause, facility=facility)

    assert readable(role, facilities) == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("center", ({*AT_EVERY_FACILITY, AlertKind.LOGIN_BURST}, 5)),
        ("manager", (set(AT_EVERY_FACILITY), 0)),
        ("carer", (set(), 0)),
        ("administrator", (set(), 0)),
    ],
)
def test_managers_read_what_befalls_every_facility_and_leave_it_to_the_center(db, role, expected):
    for kind in (*AT_EVERY_FACILITY, AlertKind.LOGIN_BURST):
        raise_one(kind=kind, cause=kind)

    found, marked = readable(role, (2,))

    assert (set(found), marked) == expected


@pytest.mark.parametrize("kind", AT_EVERY_FACILITY)
def test_what_befalls_another_facility_is_not_every_facilitys(db, kind):
    raise_one(kind=kind, facility=3)

    assert readable("manager", (2,)) == ([], 0)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("azukari_public", "SELECT * FROM history_alert"),
        ("azukari_public", "INSERT INTO history_alert (id) VALUES (gen_random_uuid())"),
        ("azukari_worker", "UPDATE history_alert SET seen_by = '1'"),
        ("azukari_staff", "UPDATE history_alert SET detail = ''"),
        ("azukari_staff", "DELETE FROM history_alert"),
    ],
)
def test_nobody_else_touches_them(db, role, statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        run_as(role, statement)
