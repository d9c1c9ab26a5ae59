"""The account's e-mail address, changed as a parent does: by the link in the mail."""

import re

import pytest
from django.core.cache import cache

from records.models import OutgoingMail, Parent, User
from tests.entries import EntryClient
from tests.records.logins import confirm

NEW = "atarashii@example.jp"


@pytest.fixture
def link(public_client, parent):
    """The link that the mail to the new address carries."""
    # Only so many mails go to one address in a time, and the address is each test's.
    cache.clear()
    client = public_client.log_in(parent)
    confirm(client)
    client.post(client.url("account_email"), {"action_add": "", "email": NEW})
    mail = next(mail for mail in OutgoingMail.objects.all() if mail.recipient == NEW)
    found = re.search(r"http://public\.test(/account/confirm-email/\S+)", mail.message)
    return found.group(1)


def addresses(user):
    return (User.objects.get(pk=user.pk).email, Parent.objects.get(user=user).email)


def test_the_new_address_reaches_account_and_record(public_client, parent, link):
    assert addresses(parent) == ("hayashi@example.jp", "hayashi@example.jp")

    response = public_client.post(link)

    assert response.status_code == 302
    assert addresses(parent) == (NEW, NEW)


def test_the_link_works_in_another_browser(parent, link):
    response = EntryClient("public").post(link)

    assert response.status_code == 302
    assert addresses(parent) == (NEW, NEW)
    change = Parent.objects.get(user=parent).history.first()
    assert (change.email, change.history_user_id) == (NEW, parent.pk)


def test_the_link_in_the_browser_of_another_changes_only_the_account_it_is_for(
    parent, other_parent, link
):
    response = EntryClient("public").log_in(other_parent).post(link)

    assert response.status_code == 302
    assert addresses(parent) == (NEW, NEW)
    assert addresses(other_parent) == ("yoshida@example.jp", "yoshida@example.jp")
