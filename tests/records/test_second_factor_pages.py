"""Second factors of parents, page by page: adding, logging in, taking away."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from history import clock
from records.models import OutgoingMail
from tests.factories.records import PASSWORD
from tests.records.logins import (
    EDGE,
    browser,
    code,
    confirm,
    is_logged_in,
    log_in,
    mails,
    with_app,
)

LONG = "corn bicycle 窓辺 river"
SHORT = "corn bicycle"


UNREADABLE = (
    "", "x", "{}", "[]", "null", "1", '{"id": "\\ud800"}', '{"response": 1}', '{"a": "\\u0000"}',
    '{"response": {"userHandle": 1}}', '{"rawId": "", "response": {"clientDataJSON": "e30"}}',
    '{"id": "AA", "rawId": "AA", "response": {"userHandle": "MQ", "clientDataJSON": "AA"}}',
    "[" * 100_000,
)  # fmt: skip


@pytest.fixture
def phone(parent):
    client = browser()
    log_in(client, parent)
    return client


def factors(user):
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def test_every_page_asks_who_it_is_before_it_changes_something(phone):
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        assert phone.get(phone.url(name)).url.startswith(phone.url("account_reauthenticate"))


def test_an_app_is_added_with_recovery_codes_and_a_notice(parent, phone, monkeypatch):
    confirm(phone)
    page = phone.get(phone.url("mfa_activate_totp"))
    monkeypatch.setattr("tests.records.logins.SECRET", page.context["form"].secret)

    refused = phone.post(phone.url("mfa_activate_totp"), {"code": "000000"})
    assert refused.status_code == 200
    assert "コードが正しくありません" in refused.content.decode()
    response = phone.post(phone.url("mfa_activate_totp"), {"code": code()})

    assert response.url == phone.url("mfa_view_recovery_codes")
    assert factors(parent) == ["recovery_codes", "totp"]
    page = phone.get(response.url)
    assert len(page.context["unused_codes"]) == 10


def test_the_log_in_asks_for_the_code(parent):
    with_app(parent)
    client = browser()

    response = log_in(client, parent)
    assert response.url == client.url("mfa_authenticate")
    assert not is_logged_in(client)
    assert client.post(client.url("mfa_authenticate"), {"code": "123456"}).status_code == 200
    assert not is_logged_in(client)
    client.post(client.url("mfa_authenticate"), {"code": code()})

    assert is_logged_in(client)


def test_a_code_gets_in_once(parent):
    with_app(parent)
    first, second = browser(), browser(EDGE)
    now = code()
    for client in (first, second):
        log_in(client, parent)
        client.post(client.url("mfa_authenticate"), {"code": now})

    assert (is_logged_in(first), is_logged_in(second)) == (True, False)
    second.post(second.url("mfa_authenticate"), {"code": code(-1)})
    assert not is_logged_in(second)
    second.post(second.url("mfa_authenticate"), {"code": code(1)})
    assert is_logged_in(second)


def test_a_recovery_code_gets_in_once(parent):
    with_app(parent)

    spare = RecoveryCodes.activate(parent).generate_codes()[3]
    tried = []
    for client in (browser(), browser(EDGE)):
        log_in(client, parent)
        client.post(client.url("mfa_authenticate"), {"code": spare})
        tried.append(is_logged_in(client))

    assert tried == [True, False]


def test_a_trusted_device_is_not_asked_again_for_thirty_days(parent):
    with_app(parent)
    client = browser()
    log_in(client, parent)
    client.post(client.url("mfa_authenticate"), {"code": code(), "trust": "on"})
    client.post(client.url("account_logout"))

    assert log_in(client, parent).url == client.url("records:my_page")
    other = browser(EDGE)
    assert log_in(other, parent).url == other.url("mfa_authenticate")

    client.post(client.url("account_logout"))
    parent.devices.update(trusted_until=clock.now())
    assert log_in(client, parent).url == client.url("mfa_authenticate")


def test_a_new_password_ends_the_trust(parent):
    with_app(parent)
    client, other = browser(), browser(EDGE)
    log_in(client, parent)
    client.post(client.url("mfa_authenticate"), {"code": code(-1), "trust": "on"})
    log_in(other, parent)
    other.post(other.url("mfa_authenticate"), {"code": code()})

    other.post(
        other.url("account_change_password"),
        {"oldpassword": PASSWORD, "password1": LONG, "password2": LONG},
    )

    assert log_in(client, parent, LONG).url == client.url("mfa_authenticate")


@pytest.mark.parametrize(
    ("password", "typed", "is_gone"),
    [(LONG, LONG, True), (LONG, "wrong", False), (LONG, "", False), (SHORT, SHORT, False)],
)
def test_the_last_factor_goes_once_the_password_is_long(parent, phone, password, typed, is_gone):
    with_app(parent)
    parent.set_password(password)
    parent.save()
    client = browser()
    log_in(client, parent, password)
    client.post(client.url("mfa_authenticate"), {"code": code()})
    confirm(client, password)

    response = client.post(client.url("mfa_deactivate_totp"), {"password": typed})

    assert factors(parent) == ([] if is_gone else ["totp"])
    assert response.status_code == (302 if is_gone else 200)
    if password == SHORT:
        assert "先にパスワードの変更が必要です" in response.content.decode()
    if is_gone:
        assert mails()[-1] == "認証アプリの取りやめ"


def test_a_page_of_removal_shows_no_error_before_anything_was_typed(parent):
    with_app(parent)
    client = browser()
    log_in(client, parent)
    client.post(client.url("mfa_authenticate"), {"code": code()})
    confirm(client)

    page = client.get(client.url("mfa_deactivate_totp"))

    assert not page.context["form"].errors


def test_a_key_that_is_no_key_is_refused_politely(phone):
    confirm(phone)
    phone.get(phone.url("mfa_add_webauthn"))
    for credential in UNREADABLE:
        response = phone.post(phone.url("mfa_add_webauthn"), {"credential": credential})
        assert response.status_code == 200


def test_a_log_in_by_a_key_that_is_no_key_is_refused_politely(public_client):
    public_client.get(
        public_client.url("mfa_login_webauthn"), headers={"Accept": "application/json"}
    )
    for credential in UNREADABLE:
        response = public_client.post(
            public_client.url("mfa_login_webauthn"), {"credential": credential}
        )
        assert response.url == public_client.url("account_login")


def test_notices_tell_nothing_but_that(parent, phone):
    confirm(phone)
    with_app(parent)
    phone.post(phone.url("mfa_generate_recovery_codes"))

    assert "127.0.0.1" not in "".join(mail.message for mail in OutgoingMail.objects.all())
