"""緊急管理者操作: nobody of the center is at hand, and a terminal must be registered."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.facility import Staff
from tests.journeys.screen import Screen
from tests.journeys.terminals import CLERK, later, unlock

ADMINISTRATOR, NAME = "システム管理者 ", "浅見 亮"
OIZUMI = "大泉ぴよぴよ"
REASON = "大泉の端末が2台とも壊れ、センターの職員に電話がつながりません"
ENDED = "この操作はできません"


class Administrator(Staff):
    def band(self) -> Locator:
        return self.page.get_by_role("region", name="緊急管理者操作")

    def when_they_try_to_register_a_terminal(self) -> None:
        self.screen.open("/terminals/new/")

    def when_they_open_an_hour(self, reason: str, code: str) -> None:
        self.screen.follow("緊急管理者操作を開く")
        self.screen.fill("開く理由", reason)
        self.screen.fill("確認コード", code)
        self.screen.look("71-administration")
        self.screen.press("理由を残して開く")

    def when_they_register_a_terminal(self) -> None:
        self.when_they_try_to_register_a_terminal()
        self.page.get_by_label("施設").select_option(label=OIZUMI)
        self.screen.fill("端末の名前", "代わりのタブレット")
        self.screen.look("73-terminal-meanwhile")
        self.screen.press("作成する")
        expect(self.page.locator("#link")).to_contain_text("/terminals/register/")

    def then_it_is_open_on(self, *paths: str) -> None:
        for path in paths:
            self.screen.open(path)
            expect(self.band()).to_contain_text(re.compile("あと(59|60)分"))

    def then_it_is_over(self) -> None:
        expect(self.page.locator("#user-tools")).to_be_visible()
        expect(self.band()).to_have_count(0)


class Clerk(Staff):
    def alert(self) -> Locator:
        return self.page.locator(".alert", has_text="緊急管理者操作").filter(has_text=NAME)

    def when_they_read_what_was_done(self) -> None:
        self.screen.open("/records/administratoropening/")
        self.screen.look("75-openings")
        self.page.locator("#result_list tbody a").first.click()


def test_an_administrator_opens_an_hour_and_the_center_reads_it(
    staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    administrator, clerk = Administrator(staff_screen(ADMINISTRATOR)), Clerk(staff_screen(CLERK))
    *_account, code = demonstration.account(ADMINISTRATOR)
    clerk.screen.open("/watch/")
    expect(clerk.alert()).to_have_count(0)

    administrator.when_they_try_to_register_a_terminal()
    administrator.then_they_read(ENDED)
    administrator.screen.look("70-not-without")
    administrator.when_they_open_an_hour(REASON, code())
    administrator.then_it_is_open_on("/staff/", "/records/user/", "/backups/", "/terminals/")
    administrator.screen.look("72-open")
    administrator.when_they_register_a_terminal()

    clerk.screen.open("/today/")
    expect(clerk.alert()).to_have_count(1)
    clerk.screen.look("74-the-center-is-told")
    clerk.when_they_read_what_was_done()
    clerk.then_they_read(REASON, "端末の登録・停止", "/terminals/")
    clerk.screen.look("76-what-was-done")

    later(demonstration, minutes=61)
    administrator.screen.open("/terminals/new/")
    unlock(administrator.screen, NAME, demonstration.pin)
    administrator.then_it_is_over()
    administrator.then_they_read(ENDED)
