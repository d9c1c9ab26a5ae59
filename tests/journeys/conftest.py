"""One demonstration and one browser for all journeys; a window for each person."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Error, Playwright, expect, sync_playwright

from tests.journeys.demonstration import Demonstration, Running, of_this_tree
from tests.journeys.screen import PHONE, Screen
from tests.journeys.terminals import Terminals, sign_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# A long page is slow to draw where the machine has other work.
MILLISECONDS = 30_000
INSTALL = "apt install chromium chromium-l10n fonts-noto-cjk"
# How a field for a day looks is decided by the browser's own language, not by that of the window.
JAPANESE = {"LANGUAGE": "ja"}
FLAGS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


# The clock of the one demonstration only goes on: a day at a facility, a closure and a draw come
# last, and what all left behind is looked at when all have run.
LAST = ["test_day", "test_when_closed", "test_draw", "test_at_rest"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LAST.index(item.path.stem) if item.path.stem in LAST else -1)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = f"journeys not run: Chromium is missing. Install it with: {INSTALL}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        expect.set_options(timeout=MILLISECONDS)
        browser = launch(playwright)
        # Playwright's loop runs in this thread, in which tests with a database of their own ask it.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield browser
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        browser.close()


def launch(playwright: Playwright) -> Browser:
    """In Chromium's own sandbox, unless it has none: as root, or where no namespaces are left."""
    options = {
        "executable_path": CHROMIUM, "args": FLAGS, "headless": True,
        "env": {**os.environ, **JAPANESE},
    }  # fmt: skip
    if os.geteuid() != 0:
        try:
            return playwright.chromium.launch(chromium_sandbox=True, **options)
        except Error as error:
            if "sandboxing failed" not in str(error):
                raise
    return playwright.chromium.launch(chromium_sandbox=False, **options)


@pytest.fixture(scope="session")
def demonstration(
    browser: Browser, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demonstration]:
    if folder := pytestconfig.getoption("--demonstration"):
        yield Running(folder)
        return
    started = of_this_tree(tmp_path_factory.mktemp("demonstration"))
    with started.running():
        yield started


@pytest.fixture
def parent_screen(demonstration: Demonstration, open_screen: Callable[..., Screen]) -> Screen:
    """A parent's phone."""
    return open_screen(demonstration.public, viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def terminal_screen(
    terminals: Terminals, demonstration: Demonstration, open_screen: Callable[..., Screen]
) -> Callable[..., Screen]:
    """A terminal of a facility at which nobody has signed in."""

    def register(facility: str, **options: object) -> Screen:
        wide = {"viewport": {"width": 1280, "height": 900}}
        screen = open_screen(demonstration.staff, **(wide | options))
        terminals.register(screen, facility)
        return screen

    return register


@pytest.fixture
def staff_screen(
    demonstration: Demonstration, terminal_screen: Callable[..., Screen]
) -> Callable[[str], Screen]:
    """A terminal of a role's facility, signed in with the printed account of the role."""

    def log_in(role: str) -> Screen:
        screen = terminal_screen(demonstration.facility_of(role))
        sign_in(screen, *demonstration.account(role))
        return screen

    return log_in


@pytest.fixture(scope="session")
def terminals(demonstration: Demonstration, browser: Browser) -> Iterator[Terminals]:
    with windows_of(browser) as open_window:
        yield Terminals(demonstration, open_window)


@pytest.fixture
def open_screen(browser: Browser) -> Iterator[Callable[..., Screen]]:
    """Opens windows that share nothing, as those of different people do."""
    with windows_of(browser) as open_window:
        yield open_window


@contextmanager
def windows_of(browser: Browser) -> Iterator[Callable[..., Screen]]:
    contexts = []

    def open_window(origin: str, **options: object) -> Screen:
        context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", **options)
        context.set_default_timeout(MILLISECONDS)
        contexts.append(context)
        return Screen(context.new_page(), origin)

    yield open_window
    for context in contexts:
        context.close()
