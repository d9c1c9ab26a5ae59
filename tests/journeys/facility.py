"""What staff do and see at the staff entry, in their own words."""

import datetime as dt
import re
from io import BytesIO

from playwright.sync_api import Locator, expect
from pypdf import PdfReader

from tests.journeys.screen import Screen

ARMS_LENGTH_PX = 24
# 297 mm less the margins of 10 mm, at 96 px an inch.
A4_LYING_PX = 1047


class Staff:
    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.page = screen.page

    # When

    def when_they_open_the_list_of(self, day: dt.date) -> None:
        self.screen.open(f"/today/?day={day}")

    def when_they_search_the_children_for(self, kana: str) -> None:
        self.screen.open(f"/records/child/?q={kana}")

    def when_they_open_the_interview_of(self, parent: str, *, look: str) -> None:
        self.screen.open("/interviews/")
        self.screen.look(look)
        self.screen.follow(parent)

    def when_they_try_to_activate(self, child: str) -> None:
        """It is not even offered before the interview and the confirmations."""
        expect(self._applicant(child).get_by_role("button", name="有効にする")).to_have_count(0)

    def when_they_record_the_interview(self, note: str) -> None:
        self.page.locator("[name=outcome][value=held]").check(force=True)
        self.page.locator("[name=note]").fill(note)
        self.screen.press("結果を記録する")

    def when_they_confirm_the_needs_of(self, child: str, *, form_until: str, look: str) -> None:
        self._applicant(child).get_by_role("link", name="配慮事項を確認する").click()
        self.screen.look(look)
        if self.page.locator("[name=allergy-answer][value=yes]").is_checked():
            self.page.locator("[name$=-form][value=valid]").check(force=True)
            self.page.locator("[name$=form_valid_until]").first.fill(form_until)
        for box in self.page.locator("[name$=is_confirmed]").all():
            box.check(force=True)
        self.screen.press("確認内容を保存する")

    def when_they_activate(self, child: str) -> None:
        self._applicant(child).get_by_role("button", name="有効にする").click()

    def when_they_open_the_care_card_of(self, child: str) -> None:
        self.row(child).get_by_role("link", name="緊急・配慮カード").click()

    def when_they_receive(self, child: str) -> None:
        self.screen.open("/today/")
        self.row(child).get_by_role("button", name="受け入れ").first.click()

    def when_they_hand_over(self, child: str) -> None:
        self.screen.open("/today/")
        self.row(child).get_by_role("button", name="お迎え").first.click()

    def when_they_open_the_fee_of(self, child: str) -> None:
        self.row(child).get_by_role("link", name="料金").click()

    def when_they_take_cash(self, amount: str) -> None:
        self.page.locator("main input[type=text], main input[type=number]").first.fill(amount)
        self.page.locator("main form button").first.click()

    def when_they_ask_what_changed(self, kind: str, day: dt.date) -> None:
        self.screen.open("/changes/")
        self.page.locator("[name=kind]").select_option(label=kind)
        self.page.locator("[name=day]").fill(day.isoformat())
        self.page.locator(".filter-form input[type=submit]").click()
        # The next page is there.
        self.page.wait_for_url("**kind=*")

    def when_they_open_the_record_of(self, kana: str, child: str, *, look: str = "") -> None:
        self.when_they_search_the_children_for(kana)
        if look:
            self.screen.look(look)
        self.screen.follow(child)

    # Then

    def then_they_read(self, *words: str) -> None:
        for word in words:
            expect(self.page.locator("main").first).to_contain_text(word)

    def then_nothing_is_said_of(self, words: str) -> None:
        expect(self.page.locator("main").first).to_be_visible()
        assert words not in self.page.content()

    def then_it_changed(self, who: str, field: str, before: str, after: str, at: str) -> None:
        """Somebody changed that field from and to that; `at` and `after` are how they begin."""
        line = self.page.locator("tr")
        for cell, words in (("th", f"^{field}$"), ("del", f"^{before}$"), ("ins", f"^{after}")):
            line = line.filter(has=self.page.locator(cell, has_text=re.compile(words)))
        change = self.page.locator("li.change", has_text=who).filter(has=line)
        expect(change.locator("time").first).to_contain_text(at)

    def then_the_row_warns(self, child: str, *words: str) -> None:
        for word in words:
            expect(self.row(child).locator(".day-marks")).to_contain_text(word)

    def then_the_warning_can_be_read_at_arms_length(self, child: str) -> None:
        sizes = (
            self.row(child)
            .locator(".mark-word, .mark-text")
            .evaluate_all("marks => marks.map(mark => parseFloat(getComputedStyle(mark).fontSize))")
        )
        assert sizes
        assert min(sizes) >= ARMS_LENGTH_PX

    def then_the_list_prints_across_the_paper(self) -> None:
        """The paper is wide enough for the column of the navigation, which must not stay."""
        seen = self.page.viewport_size
        self.page.emulate_media(media="print")
        self.page.set_viewport_size({"width": A4_LYING_PX, "height": 700})
        widths = self.page.locator(".day-row").evaluate_all(
            "rows => rows.map(row => row.getBoundingClientRect().width)"
        )
        self.page.emulate_media(media="screen")
        if seen:
            self.page.set_viewport_size(seen)
        assert widths
        assert min(widths) > A4_LYING_PX * 0.9

    def then_the_row_says(self, child: str, word: str) -> None:
        expect(self.row(child)).to_contain_text(word)

    def receipt(self) -> str:
        """The words of the printed receipt, without the spaces between letters."""
        form = self.page.locator("form[action$='/print/']").first
        token = form.locator("[name=csrfmiddlewaretoken]").input_value()
        href = form.get_attribute("action")
        assert href
        answer = self.page.context.request.post(
            self.screen.origin + href,
            form={"csrfmiddlewaretoken": token},
            headers={"Origin": self.screen.origin, "Referer": self.page.url},
        )
        assert answer.headers["content-type"] == "application/pdf"
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)
        return "".join(text.split())

    def row(self, child: str) -> Locator:
        return self.page.locator(".day-row", has_text=child)

    def _applicant(self, child: str) -> Locator:
        return self.page.locator("article.applicant", has_text=child)
