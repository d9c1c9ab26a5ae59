"""Nobody learns from us who has an account: equal answers, equal work (ASVS 5.0, 6.3.8)."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from records.models import OutgoingMail
from tests.records.logins import browser

UNKNOWN, LONG = "nobody@example.jp", "corn bicycle 窓辺 river"
FORMS = {
    "account_login": lambda email: {"login": email, "password": "wrong wrong wrong"},
    "account_signup": lambda email: {"email": email, "password1": LONG},
    "account_reset_password": lambda email: {"email": email},
}  # fmt: skip


@pytest.fixture
def hashes(monkeypatch):
    """How often a password was hashed; with the real hasher each takes a twentieth second."""
    counted = []
    encode = MD5PasswordHasher.encode

    def count(self, password, salt):
        counted.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    return counted


def answer(name, email):
    """What is seen of an answer: status, way on, and the words without token and address."""
    client = browser()
    response = client.post(client.url(name), FORMS[name](email))
    words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    page = client.get(response.url).content.decode() if response.status_code == 302 else ""
    return (
        response.status_code, response.headers.get("Location"), words.replace(email, ""),
        re.sub(r'value="\w{64}"', "", page).replace(email, ""), sorted(client.cookies),
    )  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_known_and_unknown_addresses_are_answered_alike(parent, name):
    assert answer(name, parent.email) == answer(name, UNKNOWN)


@pytest.mark.parametrize("name", FORMS)
def test_known_and_unknown_addresses_take_the_same_work(parent, hashes, name):
    client, work = browser(), []
    for email in (parent.email, UNKNOWN):
        hashes.clear()
        client.post(client.url(name), FORMS[name](email))
        work.append(len(hashes))

    assert work == [1, 1]


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password"])
def test_either_address_gets_a_mail(parent, name):
    for email in (parent.email, UNKNOWN):
        client = browser()
        client.post(client.url(name), FORMS[name](email))

    assert {mail.recipient for mail in OutgoingMail.objects.all()} == {parent.email, UNKNOWN}
