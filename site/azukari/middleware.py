"""The wall around every view: one transaction, one context, the rendering included."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from azukari import client_address
from azukari.held_back import chosen as chosen_purpose
from history import actions as history
from history import clock, context
from history.context import Context, WalledRequest
from history.enums import Act
from records.enums import Kind
from records.models import Terminal, User
from records.queries import duty_of, enter_household, opened_at
from records.rules import Duty

CHOSEN_FACILITY = "facility"
# Who acts where nobody got in.
DOOR = "system:door"


class LoginRequired(LoginRequiredMiddleware):
    """Asks for a log-in, and leads from there to a page.

    That is the form that was sent, where it shows again what was typed (`drafts`), or else the page
    on which its button stood: most buttons send to an address that has none.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if request.method != "POST" or getattr(view_func, "shows_draft", False):
            return super().handle_no_permission(request, view_func)
        stood_on = request.headers.get("Referer", "")
        back = resolve_url(settings.LOGIN_REDIRECT_URL)
        if url_has_allowed_host_and_scheme(stood_on, {request.get_host()}):
            back = urlsplit(stood_on)._replace(scheme="", netloc="", fragment="").geturl() or back
        return redirect_to_login(
            back, self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )


class WallMiddleware:
    """Stands last, directly before the view.

    It opens the transaction, tells the database who acts, calls the view, which renders inside,
    and commits before the first byte leaves. An exception or a status of 500 rolls all back. What
    was refused is recorded in a transaction of its own, because the first may be gone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: WalledRequest) -> HttpResponseBase:
        with transaction.atomic():
            self._enter(request)
            response = self.get_response(request)
            if response.streaming:
                raise RuntimeError("a response that streams would read rows outside of the wall")
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if response.status_code in (403, 404):
            self._record_refusal(request)
        if request.owed:
            self._record_owed(request)
        if request.user.is_authenticated:
            # What one person saw must not come out of a cache for another.
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def _enter(self, request: WalledRequest) -> None:
        user = request.user
        terminal = getattr(request, "terminal", None)
        is_parent = user.is_authenticated and user.kind == Kind.PARENT
        base = Context(
            actor=str(user.pk) if user.is_authenticated else "",
            role="parent" if is_parent else "",
            entry=settings.ENTRY,
            address=client_address.of(request),
            terminal=str(terminal.pk) if terminal else "",
            request=uuid.uuid4(),
            at=clock.now(),
        )
        # The policies for memberships and parents need the actor first.
        context.enter(base)
        request.context = base
        request.owed = []
        if is_parent:
            household = enter_household(cast("User", user))
            request.context = dataclasses.replace(base, household=household)
        elif user.is_authenticated:
            duty = _duty_at(terminal, user, at=base.at, chosen=_chosen(request))
            if duty is not None and duty.is_administrator:
                opened = opened_at(request.sign_in, at=base.at)  # type: ignore[attr-defined]
                duty = dataclasses.replace(duty, opened=opened)
            user.duty = duty
            request.context = dataclasses.replace(
                _with_duty(base, duty), purpose=chosen_purpose(request, base.at)
            )
            context.enter(request.context)

    def _record_refusal(self, request: WalledRequest) -> None:
        if not request.user.is_authenticated or request.user.kind != Kind.STAFF:
            return
        with transaction.atomic():
            context.enter(request.context)
            history.record(Act.REFUSED, context=request.context, path=request.path)

    def _record_owed(self, request: WalledRequest) -> None:
        acting = dataclasses.replace(request.context, actor=request.context.actor or DOOR)
        with transaction.atomic():
            context.enter(acting)
            for act, number in request.owed:
                # What was typed stays out: it may be a password in the wrong field.
                about = [] if number is None else [number]
                history.record(act, context=acting, object_ids=about, path=request.path)


def _duty_at(
    terminal: Terminal | None, user: User, *, at: dt.datetime, chosen: int | None
) -> Duty | None:
    """What somebody works as at a terminal: nothing where they don't belong to its facility."""
    if terminal is None:
        return duty_of(user, at=at, chosen=chosen)
    duty = duty_of(user, at=at, chosen=chosen or terminal.facility_id)
    belongs = duty is not None and terminal.facility_id in dict(duty.choices)
    return duty if belongs else None


def _chosen(request: HttpRequest) -> int | None:
    return request.session.get(CHOSEN_FACILITY)


def _with_duty(base: Context, duty: Duty | None) -> Context:
    if duty is None:
        return base
    return dataclasses.replace(base, role=duty.role, facilities=duty.facilities)
