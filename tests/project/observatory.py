"""The scoring of the MDN HTTP Observatory, written anew: what a scan of one answer would say.

Start at 100; what is missing costs; what is more than asked for counts from 90 on. Over 100 is A+.
The figures are those of the published scoring (version 4) as `quality_bars.md` 10.4 quotes them.
"""

import re
from http.cookies import Morsel
from typing import Any

from django.http import HttpResponse

SIX_MONTHS, BONUS_FROM = 15_768_000, 90
SOURCE = re.compile(rb"<(?:script|link)\b[^>]*\b(?:src|href)=[\"'](?:https?:)?//")
PRIVATE_REFERRER = {
    "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin",
}  # fmt: skip


def policy_of(response: HttpResponse) -> dict[str, list[str]]:
    """The content policy by directive."""
    directives = response.headers.get("Content-Security-Policy", "").split(";")
    return {words[0]: words[1:] for words in map(str.split, directives) if words}


def score(response: HttpResponse, session_cookie: str) -> int:
    """The score of one answer that came by HTTPS."""
    modifiers = [
        _content(policy_of(response)),
        _cookies(response.cookies, session_cookie),
        _transport(response.headers.get("Strict-Transport-Security", "")),
        5 if response.headers.get("Referrer-Policy", "") in PRIVATE_REFERRER else 0,
        0 if response.headers.get("X-Content-Type-Options") == "nosniff" else -5,
        _framing(response),
        10 if response.headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0,
        -50 if response.headers.get("Access-Control-Allow-Origin") == "*" else 0,
        # A script or a style from elsewhere; none is ours.
        -50 if SOURCE.search(response.content) else 0,
    ]
    paid = 100 + sum(each for each in modifiers if each < 0)
    bonus = sum(each for each in modifiers if each > 0)
    return paid + bonus if paid >= BONUS_FROM else paid


def _content(policy: dict[str, list[str]]) -> int:
    if not policy:
        return -25
    scripts = policy.get("script-src", policy.get("default-src", ["*"]))
    styles = policy.get("style-src", policy.get("default-src", ["*"]))
    if {"'unsafe-inline'", "data:", "*"} & set(scripts):
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if "'unsafe-inline'" in styles:
        return 0
    return 10 if policy.get("default-src") == ["'none'"] else 5


def _cookies(cookies: Any, session_cookie: str) -> int:
    found = [_cookie(morsel, name == session_cookie) for name, morsel in cookies.items()]
    return min(found, default=0)


def _cookie(cookie: "Morsel[str]", is_session: bool) -> int:
    if not cookie["secure"]:
        return -40 if is_session else -20
    if not cookie["httponly"]:
        return -30 if is_session else 0
    return 5 if cookie["samesite"] in ("Lax", "Strict") else 0


def _transport(header: str) -> int:
    age = re.search(r"max-age=(\d+)", header)
    if age is None:
        return -20
    if int(age[1]) < SIX_MONTHS:
        return -10
    # A site on the list of the browsers counts 5 more; ours can only ask to be put there.
    return 0


def _framing(response: HttpResponse) -> int:
    if policy_of(response).get("frame-ancestors", ["*"])[0] in ("'none'", "'self'"):
        return 5
    return 0 if response.headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20
