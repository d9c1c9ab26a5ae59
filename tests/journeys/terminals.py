"""How browsers become terminals: by the links printed, and by those that the center then makes."""

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.screen import Screen

CENTER = "練馬子ども家庭支援センター"
CLERK = "センター "


class Terminals:
    """The center's own terminal, at which its clerk makes a link for every other one."""

    def __init__(self, demonstration: Demonstration, open_window: Callable[..., Screen]) -> None:
        self.demonstration = demonstration
        self.open_window = open_window
        self.desk: Screen | None = None
        self.made = 0

    def register(self, screen: Screen, facility: str) -> None:
        """The browser becomes a terminal of the facility."""
        screen.page.goto(self.link(facility))
        screen.press("登録する")
        expect(screen.page.get_by_role("status")).to_contain_text("として登録しました")

    def link(self, facility: str) -> str:
        """A link that nobody has used."""
        self.made += 1
        desk = self._at_the_desk("/terminals/new/")
        desk.page.get_by_label("施設").select_option(label=facility)
        desk.fill("端末の名前", f"窓口の端末{self.made}")
        desk.press("作成する")
        return desk.page.locator("#link").inner_text()

    def _at_the_desk(self, path: str) -> Screen:
        if self.desk is None:
            self.desk = self.open_window(self.demonstration.staff)
            self.desk.page.goto(self.demonstration.terminal_link(CENTER))
            self.desk.press("登録する")
        self.desk.open(path)
        if "/login/" in self.desk.page.url:
            sign_in(self.desk, *self.demonstration.account(CLERK))
        if "/factor/" in self.desk.page.url:
            # The last one lies more than 15 minutes back.
            *_account, code = self.demonstration.account(CLERK)
            self.desk.fill("確認コード", code())
            self.desk.press("確認する")
        return self.desk


def sign_in(
    screen: Screen, staff_id: str, password: str, code: Callable[[], str] | None = None
) -> None:
    """By staff ID and password, as once a day; and by a code where one is asked for."""
    screen.fill("職員ID", staff_id)
    screen.fill("パスワード", password)
    screen.press("ログイン")
    if code:
        expect(screen.page.get_by_label("確認コード")).to_be_visible()
        screen.fill("確認コード", code())
        screen.press("確認する")
    expect(screen.page.locator("#user-tools")).to_be_visible()


def unlock(screen: Screen, name: str, pin: str) -> None:
    """By name tile and PIN."""
    screen.press(name)
    screen.fill("PIN", pin)
    screen.press("再開する")


def later(demonstration: Demonstration, **amount: int) -> None:
    """The clock of the demonstration goes on."""
    demonstration.set_clock(demonstration.now() + dt.timedelta(**amount))
