"""Terminals of tests, made without the pages that make them."""

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from history import clock
from records.actions.terminals import digest
from records.admin.views.door import SCREEN, SIGN_IN
from records.models import Facility, SignIn, Terminal, TerminalSecret, User
from tests.factories.terminals import SignInFactory, TerminalFactory

if TYPE_CHECKING:
    from tests.entries import EntryClient


class TerminalScreen:
    """What makes a test client a terminal, and its screen somebody's."""

    def __init__(self, client: "EntryClient") -> None:
        self.client = client

    @property
    def terminal(self) -> Terminal | None:
        cookie = self.client.cookies.get(settings.TERMINAL_COOKIE_NAME)
        if cookie is None:
            return None
        return TerminalSecret.objects.get(digest=digest(cookie.value)).terminal

    def register(self, code: str) -> Terminal:
        terminal = TerminalFactory.create(facility=Facility.objects.get(code=code))
        secret = secrets.token_urlsafe()
        TerminalSecret.objects.create(
            terminal=terminal, digest=digest(secret), issued_at=clock.now()
        )
        self.client.cookies[settings.TERMINAL_COOKIE_NAME] = secret
        return terminal

    def open_for(self, user: User) -> SignIn:
        """Unlocked, as after the PIN."""
        places = [each.facility for each in user.memberships.in_force(clock.today())]
        terminal = self.terminal
        if terminal is None or (places and terminal.facility not in places):
            terminal = self.register(places[0].code if places else "hq")
        SignIn.objects.filter(user=user, terminal=terminal).delete()
        sign_in = SignInFactory.create(user=user, terminal=terminal)
        session: SessionBase = self.client.session
        session[SIGN_IN], session[SCREEN] = str(sign_in.pk), str(sign_in.presence)
        session.save()
        return sign_in
