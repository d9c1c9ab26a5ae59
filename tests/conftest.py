"""What every test has: a server, the roles, a template database, both entries, named people."""

import os
import random
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from azukari.management.commands import compile_catalogues
from azukari.settings.test import EMBEDDED
from history import roles
from tests.server import Lease

pytest_plugins = ["tests.database", "tests.entries", "tests.people"]

lease = Lease(EMBEDDED.folder)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--demonstration",
        type=Path,
        help="walk through one that runs: the folder with what it `printed` and its `clock`",
    )


def is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Once, before parallel workers start: roles belong to the whole server."""
    # Parallel workers inherit it. LOT_SEED asks for the same ones once more.
    os.environ.setdefault("LOT_SEED", str(random.randrange(10**6)))  # noqa: S311
    if not is_controller(config) or config.option.collectonly or config.option.help:
        return
    # A clone has the catalogues' sources alone, and a catalogue once read stays as it is.
    compile_catalogues.Command().handle()
    if EMBEDDED.url() == settings.SERVER_URL:
        lease.take()
        EMBEDDED.start()
    password = settings.DATABASES["default"]["PASSWORD"]
    names = (roles.OWNER, *roles.ENTRY_ROLES, roles.BACKUP, roles.DRILL)
    roles.make_roles(
        settings.SERVER_URL,
        "postgres",
        passwords=dict.fromkeys(names, password) if password else None,
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    if lease.is_last():
        EMBEDDED.stop()
    lease.give_back()


@pytest.fixture(scope="session", autouse=True)
def _outbox(django_test_environment: None) -> None:
    """Mail goes the real way: into the outbox."""
    settings.EMAIL_BACKEND = "records.mail.OutboxBackend"


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """How often somebody tried is counted there: one test's tries are not another's."""
    cache.clear()


@pytest.fixture(autouse=True)
def _source_language() -> None:
    """A thread keeps the language of its last request, and another entry's request may come next.

    Outside the tests each entry has a process of its own.
    """
    translation.activate(settings.LANGUAGE_CODE)


def pytest_report_header() -> str:
    return f"LOT_SEED={os.environ['LOT_SEED']}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker("journey")
    _draw_lots(items)


def _draw_lots(items: list[pytest.Item]) -> None:
    """Of a test marked `by_lot(n)` n cases run each time, and all of them in `make slow`."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("by_lot"):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for name, found in cases.items():
        lot = random.Random(f"{os.environ['LOT_SEED']} {name}")  # noqa: S311
        (number,) = found[0].get_closest_marker("by_lot").args
        ordered = sorted(found, key=lambda item: item.nodeid)
        for item in lot.sample(ordered, max(0, len(ordered) - number)):
            item.add_marker("slow")
