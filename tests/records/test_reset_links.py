"""「パスワードをお忘れの方」: a link opens the own account once, until the password is another."""

import email
import email.policy
import re

import pytest

from records.models import OutgoingMail
from tests.factories.records import PASSWORD
from tests.records.logins import browser, code, is_logged_in, log_in, with_app

LONG, SHORTER = "corn bicycle 窓辺 river", "corn bicycle"


def link_for(user):
    """The address in the mail, as it was asked for by somebody whom nobody knows."""
    client = browser()
    client.post(client.url("account_reset_password"), {"email": user.email})
    message = OutgoingMail.objects.get().message
    text = email.message_from_string(message, policy=email.policy.default).get_body().get_content()
    OutgoingMail.objects.all().delete()
    return re.search(r"https?://[^/]+(/account/\S+)", text)[1]


def follow(link, password):
    """In a fresh browser: the page behind the link, and what the form on it answers."""
    client = browser()
    page = client.get(link)
    if page.status_code == 302:
        page = client.post(page.url, {"password1": password, "password2": password})
    return client, page


def test_the_link_sets_a_password_and_counts_once(parent):
    link = link_for(parent)

    follow(link, LONG)

    assert is_logged_in_by(parent, LONG)
    assert not is_logged_in_by(parent, PASSWORD)
    _client, again = follow(link, "another bicycle 窓辺 river")
    assert again.status_code == 200
    assert is_logged_in_by(parent, LONG)


def test_a_link_is_dead_once_the_password_is_another(parent):
    """Also where the account was changed in another way: it says what the password was."""
    link = link_for(parent)
    parent.set_password("another bicycle 窓辺 river")
    parent.save(update_fields=["password"])

    _client, page = follow(link, LONG)

    assert page.status_code == 200
    assert not is_logged_in_by(parent, LONG)


@pytest.mark.parametrize("is_protected", [True, False])
def test_how_long_it_must_be_depends_on_the_account_of_the_link(parent, is_protected):
    if is_protected:
        with_app(parent)

    _client, answer = follow(link_for(parent), SHORTER)

    assert answer.status_code == (302 if is_protected else 200)
    parent.refresh_from_db()
    assert parent.check_password(SHORTER) == is_protected


def test_the_link_leads_past_no_second_factor(parent):
    """Who holds the mailbox alone has a new password, and still needs the code."""
    with_app(parent)
    link = link_for(parent)

    client, _answer = follow(link, LONG)

    assert not is_logged_in(client)
    client.post(client.url("mfa_authenticate"), {"code": code()})
    assert is_logged_in(client)


def test_asking_for_a_link_makes_nobody_somebody(parent):
    client = browser()

    client.post(client.url("account_reset_password"), {"email": parent.email})

    assert not is_logged_in(client)


def is_logged_in_by(user, password):
    client = browser()
    log_in(client, user, password)
    return is_logged_in(client)
