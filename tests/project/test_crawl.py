"""A walk through every link: cookies, what caches may keep, and that looking changes nothing."""

import pytest

from records.models import Parent
from tests.access.addresses import addresses
from tests.entries import EntryClient
from tests.factories.records import PASSWORD
from tests.people import child_of
from tests.project.crawl import checksums, crawl

# What everybody may keep: it is the same for all, whoever asks.
SHARED = ("/availability/", "/media/images/", "/healthz")


def log_in(client, user):
    """By the form, as a person does."""
    page = client.url("account_login")
    client.get(page)
    response = client.post(page, {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    return client


def faults_of_cookie(name, cookie):
    found = [flag for flag in ("secure", "httponly") if not cookie[flag]]
    if not name.startswith("__Host-"):
        found.append("name")
    if cookie["path"] != "/" or cookie["domain"]:
        found.append("place")
    if cookie["samesite"] not in ("Lax", "Strict"):
        found.append("samesite")
    return found


def at_entry(entry, **options):
    """At the staff entry in front of a terminal: to all others there is nothing to walk through."""
    client = EntryClient(entry, **options)
    return client.at_terminal("hq") if entry == "staff" else client


@pytest.mark.by_lot(2)
@pytest.mark.parametrize(
    ("entry", "person"),
    [("public", "stranger"), ("public", "parent"), ("staff", "stranger"), ("staff", "clerk")],
)
def test_every_cookie_is_the_hosts_alone(request, database, entry, person):
    user = request.getfixturevalue(person)
    client = at_entry(entry, https=True)
    if user and entry == "public":
        log_in(client, user)
    elif user:
        client.log_in(user)
    # The client's own log-in without the form knows no flags.
    seen = dict(client.cookies.items()) if entry == "public" else {}

    for _path, response in crawl(client):
        seen |= response.cookies

    assert seen
    assert [name for name, cookie in seen.items() if faults_of_cookie(name, cookie)] == []


def test_anonymous_pages_set_no_cookie(public_client):
    pages = dict(crawl(public_client))

    setting = {path.partition("?")[0] for path, response in pages.items() if response.cookies}
    assert len(pages) > 8
    # Only a form needs the cookie of its token.
    assert {path for path in setting if not path.startswith(("/account/", "/language/"))} == set()


def secrets_of(user):
    child = child_of(user)
    parent = Parent.objects.get(user=user)
    return [
        parent.family_name, parent.family_name_kana, user.email, child.code, child.household.code,
        str(child.pk),
    ]  # fmt: skip


def test_nothing_of_a_parent_comes_out_of_a_cache(public_client, parent):
    secrets = secrets_of(parent)
    own = EntryClient("public").log_in(parent)
    seen = dict(crawl(own))
    mine = [path for path, response in seen.items() if _holds(response, secrets)]
    assert len(mine) > 3

    kept = {
        path: response.headers.get("Cache-Control")
        for path, response in seen.items()
        if "no-store" not in response.headers.get("Cache-Control", "")
    }
    assert [path for path in kept if not path.startswith(SHARED)] == []
    assert [path for path in kept if _holds(seen[path], secrets)] == []
    for path in seen:
        assert not _holds(public_client.get(path), secrets), path


def _holds(response, secrets):
    text = response.content.decode(errors="replace")
    return any(secret in text for secret in secrets)


@pytest.mark.by_lot(2)
@pytest.mark.parametrize(
    ("entry", "person"),
    [("public", "stranger"), ("public", "parent"), ("staff", "carer"), ("staff", "clerk"),
     ("staff", "editor")],
)  # fmt: skip
def test_looking_changes_nothing(request, database, entry, person):
    user = request.getfixturevalue(person)
    client = EntryClient(entry)
    if user:
        client.log_in(user)
    before = checksums()

    pages = [path for path, _response in crawl(client)]

    after = checksums()
    assert {name for name in before if before[name] != after[name]} == set()
    assert len(pages) > 10


@pytest.mark.by_lot(2)
@pytest.mark.parametrize(
    ("entry", "person"),
    [("public", "stranger"), ("public", "parent"), ("staff", "carer"), ("staff", "clerk")],
)
def test_no_form_does_anything_without_its_token(request, database, entry, person):
    user = request.getfixturevalue(person)
    client = EntryClient(entry, enforce_csrf_checks=True)
    if user:
        client.log_in(user)
    before = checksums()

    answers = {}
    for address in addresses(entry):
        path = address.path({})
        answers[path] = client.post(path, {"login": "x", "email": "x@example.jp"}).status_code

    after = checksums()
    assert {name for name in before if before[name] != after[name]} == set()
    # Refused for the token, or never reached: log-in asked for, no such page, not by this method.
    assert set(answers.values()) <= {301, 302, 403, 404, 405}
