"""How mails begin, and which child a mail is about."""

import email
import email.policy

import pytest
from django.core.cache import cache

from history import clock
from records.actions import registrations
from records.enums import CareNeedKind, RegistrationState
from records.models import OutgoingMail, Registration
from tests.factories.records import (
    CareNeedFactory,
    ChildFactory,
    ParentFactory,
    RegistrationFactory,
)
from tests.people import child_of


def mails():
    rows = OutgoingMail.objects.order_by("created_at", "id")
    return [
        email.message_from_bytes(row.message.encode(), policy=email.policy.default) for row in rows
    ]


def subjects():
    """Without the space that folding leaves before a long first word."""
    return [str(mail["Subject"]).strip() for mail in mails()]


def interviewed(household, given_name):
    child = ChildFactory.create(household=household, family_name="秘密乃", given_name=given_name)
    RegistrationFactory.create(child=child, state=RegistrationState.INTERVIEWED)
    for kind in CareNeedKind:
        CareNeedFactory.create(child=child, kind=kind, confirmed=True)
    return child


@pytest.fixture
def household(database):
    return ParentFactory.create(with_account=True, email="h@example.jp").household


def test_siblings_get_a_mail_each_that_tells_them_apart(household, carer):
    children = [interviewed(household, name) for name in ("蒼", "ひなた")]
    for child in children:
        registrations.activate(registration=child.registration, by=carer, on=clock.today())

    assert subjects() == [
        "【一時預かり】蒼さんの利用登録が有効になりました",
        "【一時預かり】ひなたさんの利用登録が有効になりました",
    ]
    for child, each in zip(children, mails(), strict=True):
        text = each.get_content()
        assert f"{child.given_name}さんの利用登録が有効になりました。" in text
        # Who reads the mailbox learns neither the whole name nor the number.
        assert "秘密乃" not in text
        assert child.code not in text


def test_a_child_with_a_single_name_is_called_by_it(household, carer):
    child = interviewed(household, "")
    registrations.activate(registration=child.registration, by=carer, on=clock.today())

    assert subjects() == ["【一時預かり】秘密乃さんの利用登録が有効になりました"]


@pytest.mark.parametrize(
    ("name", "data", "subject"),
    [
        ("account_signup", {"email": "n@example.jp", "password1": "sukoyaka-2026-x"},
         "アカウント作成の確認"),
        ("account_reset_password", {"email": "hayashi@example.jp"}, "パスワードの再設定"),
    ],
)  # fmt: skip
def test_mails_about_the_account_begin_as_all_others(public_client, parent, name, data, subject):
    cache.clear()

    public_client.post(public_client.url(name), data)

    assert subjects() == [f"【一時預かり】{subject}"]


# My page, while one sibling is ahead of the other


@pytest.mark.parametrize(("state", "shown"), [("active", True), ("interviewed", False)])
def test_a_child_can_be_booked_while_its_sibling_waits(public_client, parent, state, shown):
    child = child_of(parent)
    Registration.objects.filter(child=child).update(state=state)
    interviewed(child.household, "妹")

    page = public_client.log_in(parent).get("/my/").content.decode()

    assert ("空きを見て予約する" in page) == shown
