"""Whose address a request has: the connection's, or what the last proxy that counts has written."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def of(request: HttpRequest) -> str:
    """The address from which somebody reaches the outermost of our proxies.

    Each proxy adds the address that it sees to the end of `X-Forwarded-For`; what stands before
    the last `TRUSTED_PROXIES` of them is whatever the caller has written, and is not read.
    """
    connected = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.TRUSTED_PROXIES
    if count == 0:
        return connected
    passed_on = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if len(passed_on) < count:
        return connected
    return _plain(passed_on[-count]) or connected


def _plain(written: str) -> str:
    """Without a port or brackets; empty for what is no address."""
    text = written.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
