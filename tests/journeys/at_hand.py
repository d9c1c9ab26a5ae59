"""A browser whose pages this process answers, at either entry and under its role.

A running demonstration can't be brought into every state that a rule knows. Here factories set the
scene, in the database of the tests, and the browser does what the family does.
"""

import contextvars
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Route

from history import clock
from tests.entries import EntryClient
from tests.journeys.conftest import windows_of
from tests.journeys.screen import PHONE, Screen

ASSETS = "/static/"
ONWARDS = '<!doctype html><meta http-equiv="refresh" content="0;url={}">'
URL = "/:?&=%#+"


class AtHand:
    """Answers what a window asks for; what went wrong at it, the window's test must `raise_`."""

    def __init__(self, client: EntryClient) -> None:
        self.client = client
        self.errors: list[Exception] = []
        # A connection belongs to the context of the test, and Playwright calls from another.
        self.context = contextvars.copy_context()

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(self.origin)
        try:
            if path.startswith(ASSETS):
                found = finders.find(path.removeprefix(ASSETS).partition("?")[0])
                route.fulfill(path=str(found)) if found else route.fulfill(status=404)
            else:
                self.context.copy().run(self._page, route, path)
        except Exception as error:
            self.errors.append(error)
            route.abort()

    @property
    def origin(self) -> str:
        return f"http://{self.client.defaults['SERVER_NAME']}"

    def _page(self, route: Route, path: str) -> None:
        request = route.request
        response = self.client.generic(
            request.method,
            path,
            request.post_data_buffer or b"",
            content_type=request.headers.get("content-type", ""),
        )
        if onwards := response.get("Location"):
            # Chromium would look for it outside; a page that leads there is asked for here again.
            route.fulfill(content_type="text/html", body=ONWARDS.format(quote(onwards, safe=URL)))
        else:
            route.fulfill(
                status=response.status_code, headers=dict(response.items()), body=response.content
            )

    def raise_(self) -> None:
        if self.errors:
            raise self.errors[0]


class Hours:
    """The clock of this process."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def later(self, **amount: int) -> None:
        self.file.write_text(str(dt.timedelta(**amount).total_seconds()))

    def move_to(self, moment: dt.datetime) -> None:
        self.file.write_text("0")
        self.later(seconds=int((moment - clock.now()).total_seconds()))


@pytest.fixture
def hours(settings: object, tmp_path: Path) -> Hours:
    settings.CLOCK_FILE = str(tmp_path / "clock")  # type: ignore[attr-defined]
    return Hours(tmp_path / "clock")


@pytest.fixture
def open_at_hand(browser: Browser, database: None) -> Iterator[Callable[..., Screen]]:
    """A window for a client of either entry."""
    hands = []

    with windows_of(browser) as open_window:

        def open_screen(client: EntryClient, **options: object) -> Screen:
            hands.append(AtHand(client))
            screen = open_window(hands[-1].origin, **options)
            screen.page.route("**/*", hands[-1].answer)
            return screen

        yield open_screen
    for hand in hands:
        hand.raise_()


@pytest.fixture
def at_hand_screen(open_at_hand: Callable[..., Screen], public_client: EntryClient) -> Screen:
    """A parent's phone."""
    return open_at_hand(public_client, viewport=PHONE, has_touch=True, is_mobile=True)
