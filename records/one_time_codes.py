"""One-time codes (RFC 6238) at a moment, and how a secret is shown. No clock, no rows."""

import datetime as dt
import hmac
import unicodedata
from urllib.parse import quote, urlencode

from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.utils.safestring import SafeString

from records import pictures

PERIOD = 30
# A telephone's clock may be half a minute off.
STEPS = (-1, 0, 1)
ISSUER = "Azukari"
GROUP = 4


def new_secret() -> str:
    """160 random bits, in the letters that an authenticator app takes."""
    return generate_totp_secret()


def code_at(secret: str, at: dt.datetime) -> str:
    return format_hotp_value(hotp_value(secret, _step_of(at)))


def step_of_code(secret: str, code: str, at: dt.datetime) -> int | None:
    """Which half minute a code belongs to, if it is one of those around `at`.

    Whoever remembers the step accepts no code twice, which RFC 6238 5.2 asks for.
    """
    typed = digits_of(code)
    for step in (_step_of(at) + each for each in STEPS):
        if hmac.compare_digest(
            typed.encode(), format_hotp_value(hotp_value(secret, step)).encode()
        ):
            return step
    return None


def digits_of(text: str) -> str:
    """A code as it may be typed: １２３ ４５６, 123-456."""
    return "".join(each for each in unicodedata.normalize("NFKC", text) if each.isalnum())


def in_words(secret: str) -> str:
    """A secret to be typed by hand: ABCD EFGH …"""
    return " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))


def picture(secret: str, *, holder: str) -> SafeString:
    """The QR code that an authenticator app reads."""
    address = f"otpauth://totp/{quote(f'{ISSUER}:{holder}')}?" + urlencode(
        {"secret": secret, "issuer": ISSUER}
    )
    return pictures.qr(address)


def _step_of(at: dt.datetime) -> int:
    return int(at.timestamp()) // PERIOD
