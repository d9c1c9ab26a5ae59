"""How a parent comes in: a passkey on the phone, a code of an app, and a phone that is lost."""

import pytest
from playwright.sync_api import expect

from tests.journeys.screen import Screen

EMAIL, PASSWORD = "yoshida@example.jp", "piyopiyo-demo-2026"


class Parent:
    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.page = screen.page

    # Given

    def given_a_phone_with_a_finger_print(self) -> None:
        """Chromium's own pretended security key, which says yes to everything."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }  # fmt: skip
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    # When

    def when_they_log_in(self) -> None:
        self.screen.open("/account/login/")
        self.screen.fill("メールアドレス", EMAIL)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="ログイン", exact=True).click()

    def when_they_confirm_who_they_are(self) -> None:
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.screen.press("確認する")

    def when_they_add_a_passkey(self) -> None:
        self.screen.follow("2段階の確認とパスキー")
        self.screen.look("second-factors")
        self.screen.follow("パスキーを追加する")
        self.screen.look("confirm-who-you-are")
        self.when_they_confirm_who_they_are()
        self.screen.fill("名前", "わたしのスマートフォン")
        self.screen.look("passkey-add")
        self.screen.press("パスキーを作る")

    def when_they_log_out(self) -> None:
        self.screen.open("/account/logout/")
        self.screen.press("ログアウト")

    def when_they_log_in_by_passkey(self) -> None:
        self.screen.open("/account/login/")
        self.screen.look("login")
        self.screen.press("パスキーでログイン")

    # Then

    def then_they_see(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.fixture
def parent(parent_screen: Screen) -> Parent:
    return Parent(parent_screen)


def test_a_passkey_opens_the_own_page(parent: Parent) -> None:
    parent.given_a_phone_with_a_finger_print()
    parent.when_they_log_in()
    parent.then_they_see("マイページ")
    parent.when_they_add_a_passkey()
    parent.then_they_see("予備のコード")
    parent.screen.look("recovery-codes")
    parent.when_they_log_out()

    parent.when_they_log_in_by_passkey()

    parent.then_they_see("マイページ")
    parent.screen.open("/my/devices/")
    parent.screen.look("devices")
    parent.screen.open("/account/2fa/")
    parent.screen.look("second-factors-with-passkey")

    # The password alone is not enough any more; the key on this phone is.
    parent.when_they_log_out()
    parent.when_they_log_in()
    parent.then_they_see("もう一つの確認")
    parent.screen.look("second-factor")
    parent.screen.press("パスキーで確認する")
    parent.then_they_see("マイページ")
    parent.screen.open("/account/2fa/app/add/")
    parent.when_they_confirm_who_they_are()
    parent.then_they_see("認証アプリを使う")
    parent.screen.look("app-add")

    # Without its last factor the account needs a longer password: this one is long enough.
    parent.screen.open("/account/2fa/")
    parent.screen.follow("「わたしのスマートフォン」を削除する")
    parent.screen.look("passkey-remove")
    parent.page.locator("input[name=password]").fill(PASSWORD)
    parent.screen.press("削除する")
    parent.then_they_see("2段階の確認とパスキー")
