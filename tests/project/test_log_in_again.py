"""A log-in that ran out leads back to a page: to the form with what was typed, or to its button."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import resolve

from history import clock
from records.models import PublicSession
from tests.access.addresses import addresses
from tests.booking.waiting_families import DAY
from tests.entries import EntryClient, settings_of
from tests.factories.booking import slots_of_day
from tests.factories.records import PASSWORD
from tests.people import child_of

HOMES = {"public": "/my/", "staff": "/"}


def client_of(entry):
    client = EntryClient(entry)
    return client.at_terminal() if entry == "staff" else client


def next_of(response):
    """Where the log-in page leads; None where nobody was asked for a log-in."""
    if response.status_code != 302 or "next=" not in response.url:
        return None
    return parse_qs(urlsplit(response.url).query)["next"][0]


@pytest.mark.parametrize("entry", ["public", "staff"])
def test_no_log_in_leads_to_an_address_without_a_page(database, entry):
    """Whatever was posted: back to the page on which it stood, unless the form shows it again."""
    client, stood_on, asked, wrong = client_of(entry), "/stood/on/?it=1", 0, {}
    host = "http://" + ("public.test" if entry == "public" else "staff.test")
    for address in addresses(entry):
        path = address.path({})
        if path.startswith("/cms/api/"):
            # The editor's scripts ask there, and Wagtail answers by itself.
            continue
        with_referer = next_of(client.post(path, HTTP_REFERER=f"{host}{stood_on}"))
        if with_referer is None:
            continue
        asked += 1
        with settings_of(entry):
            view = resolve(urlsplit(path).path).func
        shows = getattr(view, "shows_draft", False)
        expected = (path, path) if shows else (stood_on, HOMES[entry])
        found = with_referer, next_of(client.post(path))
        if found != expected:
            wrong[path] = found

    assert wrong == {}
    assert asked > 20


def test_nobody_is_led_to_another_site(database):
    asked = EntryClient("public").post(
        "/booking/holds/x/".replace("x", "0" * 8 + "-0000-0000-0000-" + "0" * 12),
        HTTP_REFERER="https://evil.example/my/",
    )

    assert next_of(asked) in (None, "/my/")


def test_child_day_and_times_are_there_after_the_log_in(public_client, parent):
    slots_of_day("nerima", DAY)
    path, child = "/booking/nerima/new/", child_of(parent)
    public_client.log_in(parent)
    PublicSession.objects.update(expire_date=clock.now() - dt.timedelta(minutes=1))
    typed = {
        "child": [str(child.pk)], "day": DAY.isoformat(), "start": "10:30", "end": "13:00",
        "accepts": "all",
    }  # fmt: skip

    asked = public_client.post(path, typed)
    assert next_of(asked) == path
    public_client.post(
        public_client.url("account_login"), {"login": parent.email, "password": PASSWORD}
    )
    form = public_client.get(path).context["form"]

    assert [form[name].value() for name in ("child", "day", "start", "end")] == [
        typed["child"], DAY.isoformat(), "10:30", "13:00",
    ]  # fmt: skip
    assert "まだ保存していません" in public_client.get(path).content.decode()


@pytest.mark.parametrize("stood_on", ["http://[", "//evil.example/", "/\\evil.example", "x" * 9000])
def test_a_hostile_referer_leads_home(database, stood_on):
    asked = EntryClient("public").post("/my/devices/others/forget/",
                                       HTTP_REFERER=stood_on)  # fmt: skip

    assert next_of(asked) == "/my/"
