"""How often parents, and those who are not yet, may send each form of the public entry."""

import dataclasses
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from history import clock
from records.actions import limits
from records.actions.limits import Limit
from records.too_many import too_many

TEN_MINUTES, HOUR = 600, 3600


def _address(request: HttpRequest) -> str:
    return get_adapter().get_client_ip(request)


def _mail(request: HttpRequest) -> str:
    return request.POST.get("email", "").strip().lower()


def _account(request: HttpRequest) -> str:
    return str(request.user.pk or "")


def _pending(request: HttpRequest) -> str:
    """Whose password was right, while the second factor is asked for."""
    return str((request.session.get("account_login") or {}).get("user_pk", ""))


@dataclasses.dataclass(frozen=True)
class Rule:
    """A limit, and who is counted; one whose source is empty counts nobody."""

    limit: Limit
    source: Callable[[HttpRequest], str]


def _rule(name: str, source: Callable[[HttpRequest], str], most: int, seconds: int) -> Rule:
    return Rule(Limit(name, most, seconds), source)


# Many families share one address: what is counted by address is generous, what goes to one
# mailbox or belongs to one account is not. Wrong passwords: records/login_limits.py.
RULES = {
    "account_login": [_rule("login", _address, 600, TEN_MINUTES)],
    "account_signup": [
        _rule("sign-up", _address, 60, TEN_MINUTES), _rule("sign-up-mail", _mail, 5, HOUR),
    ],
    "account_reset_password": [
        _rule("reset", _address, 60, TEN_MINUTES), _rule("reset-mail", _mail, 5, HOUR),
    ],
    "account_reset_password_from_key": [_rule("reset-key", _address, 60, TEN_MINUTES)],
    "account_confirm_email": [_rule("confirm", _address, 120, TEN_MINUTES)],
    "account_email": [_rule("mail-change", _account, 10, HOUR)],
    "account_change_password": [_rule("password-change", _account, 10, TEN_MINUTES)],
    "account_reauthenticate": [_rule("reauthenticate", _account, 10, TEN_MINUTES)],
    "mfa_reauthenticate": [_rule("reauthenticate-code", _account, 10, TEN_MINUTES)],
    "mfa_authenticate": [_rule("code", _pending, 10, HOUR)],
    "mfa_login_webauthn": [_rule("passkey", _address, 600, TEN_MINUTES)],
    "booking:new": [_rule("booking", _account, 60, TEN_MINUTES)],
    "booking:confirm": [_rule("booking", _account, 60, TEN_MINUTES)],
    "booking:change": [_rule("booking", _account, 60, TEN_MINUTES)],
    "booking:extend": [_rule("booking", _account, 60, TEN_MINUTES)],
    "booking:let_go": [_rule("booking", _account, 60, TEN_MINUTES)],
    "booking:cancel": [_rule("booking", _account, 60, TEN_MINUTES)],
}  # fmt: skip
# Every other form of somebody who is logged in.
OTHERS = [_rule("form", _account, 120, TEN_MINUTES)]


class LimitMiddleware:
    """Stands before the wall: what was counted stays counted, whatever becomes of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST":
            for rule in rules_for(request.path_info):
                source = rule.source(request)
                if source and (seconds := limits.count(rule.limit, source, at=clock.now())):
                    return too_many(request, seconds)
        return self.get_response(request)


def rules_for(path: str) -> list[Rule]:
    try:
        name = resolve(path).view_name
    except Resolver404:
        return []
    return RULES.get(name, OTHERS)
