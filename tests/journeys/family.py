"""What a family does and sees at the public entry, in its own words."""

import datetime as dt
import re

from playwright.sync_api import expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.screen import Screen
from tests.journeys.stays import Stay

EMAIL = "yoshikawa@example.jp"
PASSWORD = "chick-and-blocks-2026"


class Family:
    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.page = screen.page

    # Given

    def given_nobody_is_logged_in(self) -> None:
        assert self.page.context.cookies() == []

    # When

    def when_they_open_the_home_page(self) -> None:
        self.screen.open("/")

    def when_they_open_the_page_of(self, facility: str) -> None:
        self.screen.follow(facility)

    def when_they_create_an_account(self, *, look: str) -> None:
        self.screen.open("/account/signup/")
        self.screen.look(look)
        self.screen.fill("メールアドレス", EMAIL)
        self.page.locator("input[name=password1]").fill(PASSWORD)
        self.screen.press("アカウントを作る")

    def when_they_follow_the_link(self, mail: str, *, look: str) -> None:
        match = re.search(r"http://\S+/account/confirm-email/\S+", mail)
        assert match, mail
        self.page.goto(match.group())
        self.screen.look(look)
        self.page.locator("main form button").first.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("マイページ")

    def when_they_log_in(self, email: str = EMAIL, password: str = PASSWORD) -> None:
        self.screen.open("/account/login/")
        self.screen.fill("メールアドレス", email)
        self.page.locator("input[name=password]").fill(password)
        self.screen.press("ログイン")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("マイページ")

    def when_they_enter_their_household(self) -> None:
        self.screen.follow("ご家庭の情報を入力する")
        self._names("𠮷川", "葉月", "よしかわ", "ハヅキ")
        self.page.locator("[name$=mobile_phone]").fill("０９０-1234-5678")
        self.page.locator("[name$=postal_code]").fill("176-0012")
        self.page.locator("[name$=street]").fill("豊玉北5丁目1番2号")
        self.screen.press("保存する")

    def when_they_add_a_child(self, name: str, kana: str, born: str, *, egg: bool = False) -> None:
        self.screen.open("/my/children/new/")
        self._names("𠮷川", name, "ヨシカワ", kana)
        self.page.locator("[name=date_of_birth]").fill(born)
        self.when_they_answer("sex", "female")
        self.when_they_answer("allergy-answer", "yes" if egg else "no")
        if egg:
            self.page.locator("[name=foods-0-allergen]").select_option("egg")
            self.page.locator("[name=foods-0-severity]").select_option("anaphylaxis")
            self.page.locator("[name=foods-0-detail]").fill("加熱した卵でも、せきが出ます。")
            self.page.locator("[name=foods-0-medicine]").fill("エピペン0.15 mg")
        self.when_they_answer("illness-answer", "no")
        self.when_they_answer("disability-answer", "no")
        self.screen.press("保存する")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"𠮷川 {name}")

    def when_they_answer(self, name: str, value: str) -> None:
        self.page.locator(f"[name={name}][value={value}]").check(force=True)

    def when_they_open_the_application(self) -> None:
        self.screen.open("/my/application/")

    def when_they_consent_and_choose_the_first_interview_at(self, facility: str) -> None:
        for box in self.page.locator("input[name^=consent_]").all():
            box.check()
        self.page.locator("[name=note]").fill("人見知りがあります。")
        places = self.page.locator("details.places", has_text=facility)
        places.locator("summary").click()
        places.locator("label.choice").first.click()
        self.screen.press("申請して面接を予約する")

    def when_they_look_for_places_for(self, child: str) -> None:
        self.screen.open("/booking/")
        links = self.page.get_by_role("link", name=child)
        if links.count():
            links.first.click()

    def when_they_choose(
        self, code: str, child: str, day: dt.date, start: str, end: str, *, look: str = ""
    ) -> None:
        """As far as the page that repeats everything in words."""
        self.screen.open(f"/booking/{code}/new/?day={day}&start={start}")
        # The child of the last time is chosen already.
        for other in self.page.locator("[name=child]").all():
            other.uncheck()
        self.page.get_by_label(child).check()
        self.page.locator("[name=start]").select_option(start)
        self.page.locator("[name=end]").select_option(end)
        if look:
            self.screen.look(look)
        self.screen.press("確認へ進む")
        if look:
            self.screen.look(f"{look}-confirm")

    def when_they_book(
        self, code: str, child: str, day: dt.date, start: str, end: str, *, look: str = ""
    ) -> None:
        self.when_they_choose(code, child, day, start, end, look=look)
        self.screen.press("予約を確定する")

    def when_they_book_for(self, stay: Stay, demonstration: Demonstration) -> None:
        day = stay.day(demonstration)
        self.when_they_book(stay.code, stay.child, day, stay.start, stay.end)

    def when_they_cancel_it(self, *, look: str) -> None:
        self.screen.follow("この予約をキャンセルする")
        self.screen.look(look)
        self.screen.press("キャンセルする")

    def when_they_open_their_bookings(self) -> None:
        self.screen.open("/booking/mine/")

    def when_they_join_the_line(self, *, look: str) -> None:
        """From the page that has just refused them for want of places."""
        self.screen.look(f"{look}-full")
        self.screen.follow("キャンセル待ちに申し込む")
        self.screen.look(f"{look}-join")
        self.screen.press("キャンセル待ちに申し込む")

    def when_they_open_the_offer(self, mail: str) -> None:
        match = re.search(r"http://\S+/booking/waiting/\S+", mail)
        assert match, mail
        self.page.goto(match.group())

    def when_they_accept(self) -> None:
        self.screen.press("利用する")

    # Then

    def then_they_read(self, *words: str) -> None:
        for word in words:
            expect(self.page.locator("body")).to_contain_text(word)

    def then_they_see_free_places(self) -> None:
        expect(self.page.locator("table.vacancy").first).to_be_visible()
        expect(self.page.locator("table.vacancy").first).to_contain_text("余裕あり")

    def then_they_read_under(self, heading: str, words: str) -> None:
        """In the list of facts of a facility's page."""
        fact = self.page.locator(".facts > div").filter(has=self.page.get_by_text(heading))
        expect(fact.locator("dd")).to_have_text(words)

    def then_they_see_the_tables_of(self, *facilities: str) -> None:
        """One for each and no other; in each a place that can be booked."""
        expect(self.page.locator("table.vacancy")).to_have_count(len(facilities))
        for name in facilities:
            table = self.page.get_by_role("region", name=f"{name}の空き").locator("table.vacancy")
            expect(table.locator("caption")).to_contain_text(f"{name}の空き")
            expect(table.locator("tbody")).to_contain_text("予約する")

    def then_no_cookie_was_set(self) -> None:
        assert self.page.context.cookies() == []

    def address(self) -> str:
        return self.page.url

    def _names(self, family: str, given: str, family_kana: str, given_kana: str) -> None:
        self.page.locator("[name$=family_name]").fill(family)
        self.page.locator("[name$=given_name]").fill(given)
        self.page.locator("[name$=family_name_kana]").fill(family_kana)
        self.page.locator("[name$=given_name_kana]").fill(given_kana)
