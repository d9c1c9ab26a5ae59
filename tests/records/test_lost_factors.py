"""A parent has lost telephone and recovery codes: the operator takes the factors away, openly."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from history.enums import AlertKind
from history.models import Alert
from records.models import OutgoingMail
from tests.records.logins import browser, code, log_in, with_app


def remove(email):
    call_command("remove_second_factors", email, reason="本人が窓口で登録証を提示", verbosity=0)


def test_the_parent_gets_in_by_password_and_everybody_is_told(parent, other_parent):
    for user in (parent, other_parent):
        with_app(user)
    client = browser()
    log_in(client, parent)
    client.post(client.url("mfa_authenticate"), {"code": code(), "trust": "on"})

    remove("Hayashi@example.jp")

    assert list(Authenticator.objects.values_list("user", flat=True)) == [other_parent.pk]
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == [parent.email]
    assert Alert.objects.get().kind == AlertKind.SECOND_FACTOR_RESET
    assert not parent.devices.exclude(trusted_until=None).exists()
    assert log_in(browser(), parent).url == "/my/"


def test_a_second_time_tells_nobody(parent):
    remove(parent.email)

    assert not OutgoingMail.objects.exists()
    assert not Alert.objects.exists()


@pytest.mark.parametrize("email", ["nobody@example.jp", "", "N1001"])
def test_nobody_elses_account_is_meant(carer, email):
    with_app(carer)

    with pytest.raises(CommandError, match="No parent"):
        remove(email)
    assert Authenticator.objects.count() == 1
