"""Logging in at the public entry as people do, and the codes of an app."""

import email
import email.policy
import re

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from history import clock
from records.models import OutgoingMail, User
from tests.entries import EntryClient
from tests.factories.records import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)


def browser(user_agent: str = IPHONE) -> EntryClient:
    return EntryClient("public", headers={"User-Agent": user_agent})


def log_in(client: EntryClient, user: User, password: str = PASSWORD) -> object:
    return client.post(client.url("account_login"), {"login": user.email, "password": password})


def confirm(client: EntryClient, password: str = PASSWORD) -> None:
    """Say once more who one is, as is asked for before what matters is changed."""
    response = client.post(client.url("account_reauthenticate"), {"password": password})
    assert response.status_code == 302


def with_app(user: User) -> TOTP:
    return TOTP.activate(user, SECRET)


def code(step: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds later."""
    return format_hotp_value(hotp_value(SECRET, int(clock.now().timestamp()) // 30 + step))


def is_logged_in(client: EntryClient) -> bool:
    return client.get(client.url("records:devices")).status_code == 200


def mails() -> list[str]:
    """The subjects of what waits to be sent, oldest first."""
    return [
        re.sub(r"^【.*?】", "", decoded(mail.message).strip())
        for mail in OutgoingMail.objects.order_by("created_at")
    ]


def decoded(message: str) -> str:
    return str(email.message_from_string(message, policy=email.policy.default)["Subject"])
