"""Parents' log-ins, failures and log-outs stand in the ledger."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection

from history import clock
from history.enums import Act
from history.models import Entry
from tests.factories.records import PASSWORD

WAYS = (Act.LOGIN, Act.LOGIN_FAILED, Act.LOCKED, Act.LOGOUT)


@pytest.fixture(autouse=True)
def _nobody_is_locked_out():
    cache.clear()


def try_in(client, email, password=PASSWORD):
    return client.post("/account/login/", {"login": email, "password": password})


def found():
    entries = Entry.objects.filter(act__in=WAYS).order_by("at")
    return [(each.act, each.actor, each.role, each.object_ids) for each in entries]


def test_a_log_in_and_a_log_out(public_client, parent):
    assert try_in(public_client, parent.email).status_code == 302
    public_client.post("/account/logout/")

    number = str(parent.pk)
    assert found() == [("login", number, "parent", []), ("logout", number, "parent", [])]


def test_a_failure_names_the_account_and_not_what_was_typed(public_client, parent):
    try_in(public_client, parent.email, "geheim-geheim")

    assert found() == [("login_failed", "system:door", "", [str(parent.pk)])]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM history_entry e WHERE act LIKE 'login%'")
        (text,) = cursor.fetchone()
    assert [word for word in (parent.email, "geheim") if word in text] == []


def test_an_unknown_address_names_nobody(public_client, parent):
    try_in(public_client, "nobody@example.jp")

    assert found() == [("login_failed", "system:door", "", [])]


def test_too_many_attempts_are_an_entry_too(public_client, parent):
    for _attempt in range(12):
        try_in(public_client, parent.email, "geheim-geheim")

    acts = [act for act, *_rest in found()]
    assert acts[0] == "login_failed"
    assert acts[-1] == "locked"


def test_without_an_entry_no_parent_gets_in(public_client, parent):
    with connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON history_entry FROM azukari_public")

    with pytest.raises(DatabaseError, match="permission denied"):
        try_in(public_client, parent.email)

    assert public_client.get("/my/").status_code == 302


def test_a_log_in_is_noted_by_the_one_clock(public_client, parent, settings, tmp_path):
    """Which practice and journeys set to another day."""
    settings.CLOCK_FILE = tmp_path / "clock"
    settings.CLOCK_FILE.write_text(str(40 * 24 * 3600))

    try_in(public_client, parent.email)

    parent.refresh_from_db()
    assert clock.now() - parent.last_login < dt.timedelta(minutes=5)
