"""Both entries in one process: a client for each, under its settings, its role and no context."""

import functools
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from django.conf import UserSettingsHolder, settings
from django.contrib.auth.password_validation import get_default_password_validators
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.template.engine import Engine
from django.test import Client
from django.urls import reverse, set_urlconf

from azukari.settings import base
from history.walls import PUBLIC, STAFF
from records.models import User
from tests.database import ACTOR, act_as
from tests.terminals import TerminalScreen

ROLES = {"public": PUBLIC, "staff": STAFF}
# The one process of the tests has every app installed; a page looks no different for it.
NOT_LAID_OVER = {"INSTALLED_APPS", "DATABASES", "STORAGES", "CSRF_TRUSTED_ORIGINS"}


@functools.cache
def module_of(entry: str, https: bool = False) -> ModuleType:
    """The settings of an entry; with `https` read anew, as they stand behind a proxy with TLS."""
    name = f"azukari.settings.{entry}"
    if not https:
        return importlib.import_module(name)
    plain = {key: importlib.import_module(key) for key in (base.__name__, name)}
    for key in plain:
        del sys.modules[key]
    os.environ["AZUKARI_HTTPS"] = "true"
    try:
        return importlib.import_module(name)
    finally:
        os.environ["AZUKARI_HTTPS"] = "false"
        for key, module in plain.items():
            sys.modules[key] = module
            setattr(sys.modules["azukari.settings"], key.rpartition(".")[2], module)


def differences(entry: str, https: bool = False) -> dict[str, Any]:
    """The settings in which an entry differs from what all processes share."""
    module = module_of(entry, https)
    missing = object()
    return {
        name: getattr(module, name)
        for name in dir(module)
        if name.isupper()
        and name not in NOT_LAID_OVER
        and getattr(module, name) != getattr(base, name, missing)
    }


LOADED: dict[str, dict[str, Any]] = {}


@contextmanager
def settings_of(entry: str, https: bool = False) -> Iterator[None]:
    """Lay an entry's settings over those of the tests.

    Without the signals of `override_settings`: they would empty the tables of addresses at every
    request, which are kept by the name of the table anyway.
    """
    before, loaded = settings._wrapped, engines.__dict__
    laid_over = UserSettingsHolder(before)
    for name, value in differences(entry, https).items():
        setattr(laid_over, name, value)
    settings._wrapped = laid_over
    # An entry looks for templates in folders of its own; what it compiled is kept.
    fresh = {"_templates": laid_over.TEMPLATES, "_engines": {}}
    engines.__dict__ = LOADED.setdefault(entry, fresh)
    _forget()
    try:
        yield
    finally:
        settings._wrapped = before
        engines.__dict__ = loaded
        _forget()
        set_urlconf(None)


def _forget() -> None:
    """What Django remembers of settings in which the entries differ."""
    Engine.get_default.cache_clear()
    get_default_password_validators.cache_clear()


@contextmanager
def as_entry(entry: str, https: bool = False) -> Iterator[None]:
    """The entry's settings and role, and an empty context before and after."""
    act_as("")
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLES[entry]}")
    try:
        with settings_of(entry, https):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        act_as(ACTOR)


class EntryClient(Client):
    """A browser at one entry; with `https` as behind a proxy with TLS.

    At the staff entry it is no terminal until it is made one.
    """

    def __init__(self, entry: str, *, https: bool = False, **defaults: Any) -> None:
        self.entry, self.https = entry, https
        host = settings.PUBLIC_ORIGIN if entry == "public" else settings.STAFF_ORIGIN
        super().__init__(SERVER_NAME=host.partition("://")[2], **defaults)

    def request(self, **request: Any) -> HttpResponse:
        if self.https:
            request |= {"wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "https"}
        with as_entry(self.entry, self.https):
            return super().request(**request)

    def log_in(self, user: User) -> "EntryClient":
        """Logged in without the form: for tests of what lies behind it.

        At the staff entry the browser is a terminal of theirs, unless it is one already.
        """
        with settings_of(self.entry, self.https):
            self.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
            if self.entry == "staff":
                self.screen.open_for(user)
        return self

    def at_terminal(self, code: str = "nerima") -> "EntryClient":
        """The browser is a registered terminal of a facility; nobody has signed in."""
        with settings_of(self.entry, self.https):
            self.screen.register(code)
        return self

    @property
    def screen(self) -> TerminalScreen:
        return TerminalScreen(self)

    def url(self, name: str, *args: object) -> str:
        return reverse(name, args=args, urlconf=f"azukari.urls_{self.entry}")


@pytest.fixture
def public_client(database: None) -> EntryClient:
    return EntryClient("public")


@pytest.fixture
def staff_client(database: None) -> EntryClient:
    """At a terminal of 練馬 until somebody of another facility logs in at it."""
    return EntryClient("staff").at_terminal()
