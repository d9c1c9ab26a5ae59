"""The door of the staff entry: to a browser that is no terminal there is nothing."""

import datetime as dt

import pytest

from history import clock
from history.models import Entry
from records.actions.terminals import digest
from records.models import StaffSession, Terminal, TerminalSecret
from tests.access.addresses import addresses
from tests.door import acts, is_in, log_in
from tests.entries import EntryClient
from tests.factories.terminals import link_with_path

COOKIE = "azukari-terminal"


@pytest.fixture
def stranger_client(database):
    """A browser that was never registered."""
    return EntryClient("staff")


# Nobody's browser


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "options"])
def test_no_address_answers_a_browser_that_is_no_terminal(stranger_client, clerk, method):
    expected = stranger_client.get("/login/")
    answers = {
        address.route: getattr(stranger_client, method)(address.path({}))
        for address in addresses("staff")
    }

    assert expected.status_code == 404
    assert {route: each.status_code for route, each in answers.items()} == dict.fromkeys(
        answers, 404
    )
    bodies = {each.content for each in answers.values()}
    assert bodies <= {expected.content, b""}
    assert b"<form" not in expected.content
    assert b"<input" not in expected.content
    assert not any(each.cookies for each in answers.values())


def test_the_same_addresses_answer_a_terminal(stranger_client):
    """What the test above could not tell from a server that is broken."""
    assert stranger_client.at_terminal().get("/login/").status_code == 200


def test_a_right_password_opens_nothing_without_a_terminal(stranger_client, carer):
    assert log_in(stranger_client, carer).status_code == 404
    assert not StaffSession.objects.exists()


def test_a_session_is_worthless_without_its_terminal(staff_client, carer):
    staff_client.log_in(carer)
    assert is_in(staff_client)

    del staff_client.cookies[COOKIE]

    assert staff_client.get("/today/").status_code == 404


def test_a_session_is_worthless_at_another_terminal(staff_client, carer):
    staff_client.log_in(carer)
    # Of the same facility, even.
    staff_client.at_terminal("nerima")

    assert staff_client.get("/today/")["Location"].startswith("/login/")


# The registration page


def test_a_link_registers_the_browser_on_a_tap(stranger_client):
    _link, path = link_with_path()

    seen = stranger_client.get(path)
    assert (seen.status_code, stranger_client.cookies.get(COOKIE)) == (200, None)
    assert not Terminal.objects.exists()
    done = stranger_client.post(path)

    cookie = stranger_client.cookies[COOKIE]
    assert (done.status_code, done["Location"]) == (302, "/login/")
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert TerminalSecret.objects.get().digest == digest(cookie.value)
    assert stranger_client.get("/login/").status_code == 200
    assert [row[0] for row in acts("terminal")] == ["terminal"]


def test_behind_https_the_cookie_belongs_to_this_host_alone(stranger_client, settings):
    settings.HTTPS = True
    settings.TERMINAL_COOKIE_NAME = f"__Host-{COOKIE}"
    _link, path = link_with_path()

    stranger_client.post(path)

    cookie = stranger_client.cookies[f"__Host-{COOKIE}"]
    assert (cookie["secure"], cookie["domain"], cookie["path"]) == (True, "", "/")


@pytest.mark.parametrize("state", ["used", "revoked", "expired", "made up"])
def test_a_spent_link_answers_like_any_other_address(stranger_client, state):
    now = clock.now()
    values = {
        "used": {"used_at": now}, "revoked": {"revoked_at": now},
        "expired": {"expires_at": now - dt.timedelta(seconds=1)}, "made up": {},
    }[state]  # fmt: skip
    _link, path = link_with_path(**values)
    if state == "made up":
        path = f"/terminals/register/{'x' * 24}/"

    for answer in (stranger_client.get(path), stranger_client.post(path)):
        assert answer.status_code == 404
        assert answer.content == stranger_client.get("/login/").content


def test_a_terminal_is_not_registered_twice(staff_client):
    link, path = link_with_path()

    page = staff_client.post(path)

    assert "すでに" in page.content.decode()
    link.refresh_from_db()
    assert (link.used_at, Terminal.objects.count()) == (None, 1)


def test_a_new_secret_arrives_with_any_answer(staff_client):
    TerminalSecret.objects.update(issued_at=clock.now() - dt.timedelta(hours=25))
    before = staff_client.cookies[COOKIE].value

    assert staff_client.get("/nonsense/").status_code == 302

    after = staff_client.cookies[COOKIE].value
    assert after != before
    assert staff_client.get("/login/").status_code == 200
    assert TerminalSecret.objects.get(digest=digest(before)).superseded_at is not None


# What is known of the terminal


def test_entries_name_the_terminal(staff_client, carer):
    staff_client.log_in(carer)
    staff_client.get("/records/child/")

    terminal = Terminal.objects.get()
    assert Entry.objects.get(act="list").terminal == str(terminal.pk)


def test_the_address_behind_a_proxy_is_the_callers(staff_client, carer, settings):
    settings.TRUSTED_PROXIES = 1
    staff_client.log_in(carer)

    staff_client.get("/records/child/", headers={"X-Forwarded-For": "127.0.0.1, 203.0.113.7"})

    assert Entry.objects.get(act="list").address == "203.0.113.7"
