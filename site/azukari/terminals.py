"""The door of the staff entry: nothing answers but to a registered terminal, and a screen at which
nobody has done anything for a while is locked, whatever the request.
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from azukari import client_address
from history import clock, context
from history.context import Context
from records.actions import sign_ins, terminals
from records.actions.terminals import RECOGNISING, Caller
from records.admin.views import door
from records.admin.views import terminals as terminal_views
from records.admin.views.gate import NewcomerRequest, StaffRequest, TerminalRequest
from records.models import SignIn
from records.refusals_sign_in import LinkSpent

# The one address that answers a browser which is no terminal, and only while its link counts.
REGISTRATION = re.compile(r"/terminals/register/([\w-]{20,60})/", re.ASCII)

Answer = Callable[[HttpRequest], HttpResponseBase]


class TerminalMiddleware:
    """Stands before all that reads the request: to a stranger there is no page at all."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: NewcomerRequest) -> HttpResponseBase:
        request.caller = _caller(request)
        recognised = self._recognise(request)
        request.terminal = recognised.terminal if recognised else None
        if recognised is None and not self._has_link(request):
            return door.nowhere(request)
        response = self.get_response(request)
        if recognised and recognised.offer:
            terminal_views.set_secret(response, recognised.offer)
        return response

    def _recognise(self, request: NewcomerRequest) -> terminals.Recognised | None:
        secret = request.COOKIES.get(settings.TERMINAL_COOKIE_NAME, "")
        if not secret:
            return None
        with transaction.atomic():
            found = _context(request, actor=RECOGNISING)
            context.enter(found)
            return terminals.recognise(secret=secret, caller=request.caller, context=found)

    def _has_link(self, request: NewcomerRequest) -> bool:
        match = REGISTRATION.fullmatch(request.path_info)
        if match is None:
            return False
        with transaction.atomic():
            found = _context(request, actor=RECOGNISING)
            context.enter(found)
            try:
                terminals.find_link(token=match[1], context=found)
            except LinkSpent:
                return False
        return True


class LockMiddleware:
    """Stands behind the session: whoever has been idle too long is nobody until the next PIN."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: TerminalRequest) -> HttpResponseBase:
        request.sign_in = None
        if request.user.is_authenticated:
            request.sign_in = self._sign_in(cast("StaffRequest", request))
            if request.sign_in is None:
                request.user = AnonymousUser()
                request.is_locked = True
        return self.get_response(request)

    def _sign_in(self, request: StaffRequest) -> SignIn | None:
        with transaction.atomic():
            found = _context(request, actor=str(request.user.pk))
            context.enter(found)
            return sign_ins.present(
                number=request.session.get(door.SIGN_IN),
                screen=request.session.get(door.SCREEN),
                user=request.user,
                terminal=request.terminal,
                idle=dt.timedelta(minutes=settings.IDLE_MINUTES),
                acts=_is_act(request),
                context=found,
            )


def _caller(request: HttpRequest) -> Caller:
    header = settings.CLIENT_CERTIFICATE_HEADER
    return Caller(
        address=client_address.of(request),
        certificate=request.headers.get(header, "") if header else None,
    )


def _context(request: NewcomerRequest, *, actor: str) -> Context:
    terminal = getattr(request, "terminal", None)
    return Context(
        actor=actor,
        entry=settings.ENTRY,
        address=request.caller.address,
        terminal=str(terminal.pk) if terminal else "",
        at=clock.now(),
    )


def _is_act(request: HttpRequest) -> bool:
    """What a person does: opening, sending, typing; not what a page fetches by itself."""
    is_navigation = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return is_navigation or request.path_info == reverse("admin:present")
