"""How often is too often: counted once over all processes, refused politely, never for long."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from history import clock
from history.walls import PUBLIC
from records import login_limits
from records.actions import limits
from records.actions.limits import Limit
from records.models import RateCount
from records.tasks import forget_counts
from tests.factories.records import PASSWORD
from tests.records.logins import EDGE, browser, code, is_logged_in, log_in, with_app

AT = clock.at(dt.date(2026, 11, 2), dt.time(9))
THREE = Limit("three", most=3, seconds=60)


def test_one_more_than_the_most_is_too_often(db):
    found = [limits.count(THREE, "林", at=AT + dt.timedelta(seconds=10 * n)) for n in range(5)]

    assert found == [0, 0, 0, 30, 20]
    assert limits.is_over(THREE, "林", at=AT + dt.timedelta(seconds=45)) == 15


def test_a_stretch_that_is_over_begins_anew(db):
    for _ in range(4):
        limits.count(THREE, "林", at=AT)

    later = AT + dt.timedelta(seconds=60)
    assert limits.is_over(THREE, "林", at=later) == 0
    assert limits.count(THREE, "林", at=later) == 0
    assert RateCount.objects.get().count == 1


def test_others_are_not_counted_along(db):
    for _ in range(4):
        limits.count(THREE, "林", at=AT)

    assert limits.count(THREE, "𠮷田", at=AT) == 0
    assert limits.count(Limit("four", most=4, seconds=60), "林", at=AT) == 0


def test_a_counter_names_nobody(db):
    limits.count(THREE, "hayashi@example.jp", at=AT)

    assert "hayashi" not in str(RateCount.objects.values().get())


def test_requests_sent_at_once_are_counted_one_by_one(real_database):
    def ask(_number):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {PUBLIC}")
            left = limits.count(THREE, "林", at=AT)
        connection.close()
        return left == 0

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(ask, range(24)))

    assert passed.count(True) == 3
    assert RateCount.objects.get().count == 24


def test_what_is_counted_no_more_is_removed(database):
    limits.count(THREE, "old", at=clock.now() - dt.timedelta(minutes=2))
    limits.count(THREE, "new", at=clock.now())

    forget_counts()

    assert RateCount.objects.count() == 1


# The log-in


def fail(client, user, times):
    """The statuses of so many wrong passwords."""
    return [log_in(client, user, "wrong").status_code for _ in range(times)]


def test_wrong_passwords_from_one_place_are_refused_for_a_while(parent):
    client = browser()

    assert fail(client, parent, 11) == [200] * 10 + [429]
    refused = log_in(client, parent)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert "15分ほど待ってから" in refused.content.decode()
    # A stranger far away does not lock the family out.
    assert log_in(browser_at("192.0.2.7"), parent).status_code == 302


def browser_at(address):
    client = browser(EDGE)
    client.defaults["REMOTE_ADDR"] = address
    return client


def test_a_right_password_begins_anew(parent):
    client = browser()
    fail(client, parent, 9)
    assert log_in(client, parent).status_code == 302
    client.post(client.url("account_logout"))

    assert fail(client, parent, 10) == [200] * 10


def test_guessing_many_accounts_from_one_address_is_refused(parent, other_parent, monkeypatch):
    monkeypatch.setattr(login_limits, "ADDRESS", Limit("login-address", most=6, seconds=900))
    client = browser()
    fail(client, parent, 3)
    fail(client, other_parent, 3)

    assert log_in(client, parent).status_code == 429
    assert log_in(browser_at("192.0.2.7"), parent).status_code == 302


@pytest.fixture
def attacked(parent, monkeypatch):
    """A family's telephone, and an account that was guessed at from everywhere."""
    monkeypatch.setattr(login_limits, "ACCOUNT", Limit("login-account", most=12, seconds=10**7))
    phone = browser()
    log_in(phone, parent)
    phone.post(phone.url("account_logout"))
    for place in range(12):
        fail(browser_at(f"198.51.100.{place}"), parent, 1)
    return phone


def test_a_hundred_in_a_row_from_anywhere_close_unknown_devices(parent, attacked):
    refused = log_in(browser_at("203.0.113.1"), parent)

    assert refused.status_code == 429
    assert "再設定していただくと" in refused.content.decode()
    assert login_limits.ACCOUNT.most <= 100


def test_the_own_telephone_still_gets_in_and_opens_the_account_again(parent, attacked):
    assert log_in(attacked, parent).status_code == 302

    assert log_in(browser_at("203.0.113.1"), parent).status_code == 302


def test_an_account_that_does_not_exist_is_refused_alike(parent, attacked):
    parent.email = "nobody@example.jp"
    for place in range(12):
        fail(browser_at(f"198.51.100.{place}"), parent, 1)

    assert log_in(browser_at("203.0.113.1"), parent).status_code == 429


def test_codes_are_counted_by_account_whatever_the_browser(parent):
    with_app(parent)
    statuses = []
    for _ in range(11):
        client = browser()
        log_in(client, parent)
        wrong = client.post(client.url("mfa_authenticate"), {"code": "000000"})
        statuses.append(wrong.status_code)
    assert statuses == [200] * 10 + [429]

    client.post(client.url("mfa_authenticate"), {"code": code()})
    assert not is_logged_in(client)


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password"])
def test_one_mailbox_gets_only_so_many_mails(parent, name):
    statuses = [
        browser_at(f"198.51.100.{place}").post(
            browser().url(name), {"email": parent.email, "password1": "corn bicycle 窓辺 river"}
        ).status_code
        for place in range(6)
    ]  # fmt: skip

    assert statuses == [302] * 5 + [429]


def test_forms_of_one_account_are_counted_together(public_client, parent):
    public_client.log_in(parent)
    path = public_client.url("account_reauthenticate")

    statuses = [public_client.post(path, {"password": "wrong"}).status_code for _ in range(11)]

    assert statuses == [200] * 10 + [429]
    assert public_client.post(path, {"password": PASSWORD}).status_code == 429
