"""Devices of parents: known again, told of when new, forgotten; the password ends them."""

import pytest

from records.actions import devices
from records.models import KnownDevice, OutgoingMail, PublicSession
from tests.factories.records import PASSWORD
from tests.records.logins import EDGE, browser, confirm, is_logged_in, log_in, mails

LONG = "corn bicycle 窓辺 river"


@pytest.fixture
def phone(parent):
    """The parent's own telephone, logged in."""
    client = browser()
    log_in(client, parent)
    return client


def test_the_first_login_is_no_news(parent, phone):
    device = KnownDevice.objects.get(user=parent)

    assert device.name == "iPhone・Safari"
    assert mails() == []


def test_a_new_device_is_told_by_mail(parent, phone):
    log_in(browser(EDGE), parent)

    assert mails() == ["新しい端末からのログイン"]
    message = OutgoingMail.objects.get().message
    assert "127.0.0.1" not in message
    assert {d.name for d in parent.devices.all()} == {"iPhone・Safari", "Windows・Edge"}


def test_a_device_is_known_again(parent, phone):
    phone.post(phone.url("account_logout"))
    log_in(phone, parent)

    assert mails() == []
    assert parent.devices.count() == 1


def test_a_device_is_known_for_its_own_account_alone(parent, other_parent, phone):
    log_in(browser(EDGE), other_parent)
    phone.post(phone.url("account_logout"))

    log_in(phone, other_parent)

    assert mails() == ["新しい端末からのログイン"]


@pytest.mark.parametrize("value", ["", "x", "a" * 5000, "../../etc/passwd", "é" * 43])
def test_a_cookie_that_is_none_of_ours_names_nothing(parent, phone, value):
    client = browser()
    client.cookies["azukari-device"] = value

    assert log_in(client, parent).status_code == 302
    assert parent.devices.count() == 2
    assert client.cookies["azukari-device"].value != value


def test_forgetting_a_device_ends_what_was_opened_there(parent, phone):
    laptop = browser(EDGE)
    log_in(laptop, parent)
    lost = parent.devices.get(name="Windows・Edge")
    assert is_logged_in(laptop)

    phone.post(phone.url("records:device_forget", lost.pk))

    assert not is_logged_in(laptop)
    assert is_logged_in(phone)
    # Coming back it is new.
    log_in(laptop, parent)
    assert mails().count("新しい端末からのログイン") == 2


def test_the_device_at_hand_is_logged_out_when_it_is_forgotten(parent, phone):
    here = parent.devices.get()

    response = phone.post(phone.url("records:device_forget", here.pk))

    assert response.url == phone.url("account_login")
    assert not is_logged_in(phone)


def test_others_are_logged_out_at_once(parent, phone):
    laptop = browser(EDGE)
    log_in(laptop, parent)

    phone.post(phone.url("records:devices_forget_others"))

    assert (is_logged_in(phone), is_logged_in(laptop)) == (True, False)
    assert PublicSession.objects.filter(device__isnull=False).count() == 1


def test_another_ones_device_is_not_found(parent, other_parent, phone):
    log_in(browser(EDGE), other_parent)
    theirs = other_parent.devices.get()

    assert phone.post(phone.url("records:device_forget", theirs.pk)).status_code == 404
    assert other_parent.devices.count() == 1


def test_a_new_password_ends_other_sessions(parent, phone):
    laptop = browser(EDGE)
    log_in(laptop, parent)

    response = phone.post(
        phone.url("account_change_password"),
        {"oldpassword": PASSWORD, "password1": LONG, "password2": LONG},
    )

    assert response.status_code == 302
    assert (is_logged_in(phone), is_logged_in(laptop)) == (True, False)
    assert [device.name for device in parent.devices.all()] == ["iPhone・Safari"]


def test_the_address_is_changed_after_asking_once_more(parent, phone):
    page = phone.url("account_email")
    new = {"action_add": "", "email": "atarashii@example.jp"}

    assert phone.get(page).url.startswith(phone.url("account_reauthenticate"))
    confirm(phone)
    assert phone.get(page).status_code == 200
    phone.post(page, new)
    assert len(OutgoingMail.objects.all()) == 1


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Android・Chrome"),
        ("Mozilla/5.0 (Macintosh) Gecko/20100101 Firefox/143.0", "Mac・Firefox"),
        ("curl/8", ""),
        ("", ""),
        ("\ud800<script>" * 1000, ""),
    ],
)
def test_names(user_agent, name):
    assert devices.name_of(user_agent) == name
