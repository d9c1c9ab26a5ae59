"""Closed by default: a stranger gets through no address but those listed here."""

import pytest

from tests.access.addresses import addresses
from tests.entries import EntryClient

OPEN = {
    "public": {
        "account_login", "account_logout", "account_signup", "account_inactive",
        "mfa_authenticate", "mfa_login_webauthn",
        "account_email_verification_sent", "account_confirm_email", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key",
        "account_reset_password_from_key_done", "account_confirm_login_code", "health", "language",
        "booking:start", "availability", "picture", "wagtail_serve",
    },
    "staff": {"admin:login", "admin:logout"},
}  # fmt: skip
# What an address answers that shows nothing: the log-in, no such page, not by this method.
CLOSED = (301, 302, 403, 404, 405)


def open_addresses(entry: str, client: EntryClient, known: set[str]) -> list[str]:
    found = []
    for address in addresses(entry):
        if address.name in known:
            continue
        for method in ("get", "post"):
            response = getattr(client, method)(address.path({}))
            if response.status_code not in CLOSED:
                found.append(f"{method} {address.route} {response.status_code}")
    return found


@pytest.mark.parametrize("entry", ["public", "staff"])
def test_a_stranger_gets_through_nothing_else(db, entry):
    client = EntryClient(entry)
    if entry == "staff":
        # In front of a terminal; to all others there is nothing (tests/project/test_door.py).
        client.at_terminal()

    assert open_addresses(entry, client, OPEN[entry]) == []


def test_an_open_address_is_found(db):
    found = open_addresses("public", EntryClient("public"), OPEN["public"] - {"booking:start"})

    assert found == ["get booking/ 200"]


def gone(entry: str, known: set[str]) -> set[str]:
    return known - {address.name for address in addresses(entry)}


@pytest.mark.parametrize("entry", ["public", "staff"])
def test_the_list_names_no_address_that_is_gone(entry):
    assert gone(entry, OPEN[entry]) == set()


def test_an_address_that_is_gone_is_found():
    assert gone("staff", {"admin:login", "account_login"}) == {"account_login"}
