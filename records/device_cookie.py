"""The cookie by which a parent's device is known again."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from records.actions import devices

# Browsers keep no cookie longer than 400 days.
KEPT_SECONDS = 365 * 24 * 3600


def secret_of(request: HttpRequest) -> str:
    """The secret that the browser holds; empty where there is none, or nothing of ours."""
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    return value if devices.is_secret(value) else ""


def keep(response: HttpResponseBase, secret: str) -> None:
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        secret,
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
