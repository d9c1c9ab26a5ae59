"""A whole day at a facility, on its tablet: from the news of the night before to the cash box.

Late in the run, for the clock only goes on; each test is one hour of the same Friday.
"""

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from records import dates
from tests.journeys.conftest import windows_of
from tests.journeys.demonstration import Demonstration
from tests.journeys.facility import Staff
from tests.journeys.family import Family
from tests.journeys.hand import Hand
from tests.journeys.screen import PHONE, Screen
from tests.journeys.stays import LATE_BOTH_WAYS, NEW_ALLERGY, NOT_BOOKED, ORDINARY, PASSWORD
from tests.journeys.terminals import Terminals, sign_in, unlock

FACILITY = "光が丘ぴよぴよ"
CARER, MANAGER = f"職員（保育スタッフ） {FACILITY}", f"施設責任者 {FACILITY}"
NAME, OTHER = "光田 彩乃", "宮下 誠"
TABLET = {"width": 768, "height": 1024}
KANA_AT_THE_DOOR, MONTHS_AT_THE_DOOR = "プトゥ", 52
THUMB_PX = 56
BROUGHT = "自宅からの卵抜きごはん"
UNREAD = "読み合わせ未了"


class Tablet(Staff):
    """The tablet of the facility, in one hand."""

    def __init__(self, screen: Screen, demonstration: Demonstration) -> None:
        super().__init__(screen)
        self.demonstration = demonstration
        self.hand = Hand(screen)

    def at(self, hour: int, minute: int) -> None:
        """It is later; whoever had the screen has it again."""
        day = ORDINARY.day(self.demonstration)
        self.demonstration.set_clock(self.demonstration.at(day, hour, minute))
        self.when_it_is_taken_by(NAME)

    def when_it_is_taken_by(self, name: str) -> None:
        self.screen.open("/today/")
        if "/login/" in self.page.url:
            unlock(self.screen, name, self.demonstration.pin)
            self.screen.open("/today/")
        self.hand = Hand(self.screen)

    def when_it_is_given_to(self, name: str) -> None:
        self.screen.press("交代")
        self.screen.press(name)
        if self.page.get_by_label("PIN").count():
            self.screen.fill("PIN", self.demonstration.pin)
            self.screen.press("再開する")
        expect(self.page.locator(".person-name")).to_contain_text(name)

    def row(self, child: str) -> Locator:
        """Today's; above it may stand what was forgotten on a day before."""
        return super().row(child).last

    def when_they_tap(self, button: str, child: str) -> None:
        self.hand.taps_on(button, of=self.row(child))

    def when_a_colleague_adds_the_name(self) -> None:
        """By PIN, on the same screen."""
        witness = self.page.locator("details.witness", has_text=OTHER)
        witness.locator("summary").click()
        witness.locator("[name=pin]").fill(self.demonstration.pin)
        witness.get_by_role("button").click()

    def when_two_read_the_card_of(self, child: str) -> None:
        self.screen.open("/today/")
        self.when_they_open_the_care_card_of(child)
        self.screen.press("読みました")
        self.then_they_read("もう一人の職員が、このカードを一緒に読んでください。")
        self.when_a_colleague_adds_the_name()
        self.then_they_read("二人で読み合わせました。")

    def when_they_look_at_all_plates(self, *brought: str) -> None:
        """食事・おやつ前の確認, by two."""
        self.screen.open("/meals/")
        for child in brought:
            eater = self.page.locator(".eater", has_text=child)
            eater.locator("input[type=text]").fill(BROUGHT)
            eater.locator("input[type=checkbox]").check()
        self.screen.press("確認しました（1人目）")
        self.when_a_colleague_adds_the_name()

    def when_they_take_the_fee_of(self, child: str) -> None:
        self.screen.open("/today/")
        self.when_they_open_the_fee_of(child)
        self.page.locator("[name=given]").fill("10000")
        self.screen.press("を収納する")
        self.then_they_read("収納が済んでいます。")

    def then_every_target_is_large(self) -> None:
        """Whatever can be tapped is as high as a thumb, with a child on the arm."""
        targets = self.screen.main().locator("a, button, summary, select, input:not([type=hidden])")
        small = [
            f"{each.evaluate('node => node.outerHTML')[:120]}: {box['height']} px"
            for each in targets.all()
            if (box := each.bounding_box()) and 0 < box["height"] < THUMB_PX
        ]
        assert small == []

    def then_it_took(self, taps: int) -> None:
        assert self.hand.taps == taps
        self.hand.taps = 0

    def section(self, heading: str) -> Locator:
        return self.page.locator("section.day-section").filter(
            has=self.page.get_by_role("heading", name=heading)
        )


@pytest.fixture(scope="module")
def tablet(
    terminals: Terminals, demonstration: Demonstration, browser: Browser
) -> Iterator[Tablet]:
    """Registered before the days pass, at which both have signed in; and what families booked."""
    with windows_of(browser) as open_window:
        screen = open_window(demonstration.staff, viewport=TABLET, has_touch=True)
        terminals.register(screen, FACILITY)
        for stay in (NEW_ALLERGY, ORDINARY, LATE_BOTH_WAYS):
            family = Family(open_window(demonstration.public, viewport=PHONE, is_mobile=True))
            family.when_they_log_in(stay.email, PASSWORD)
            family.when_they_book_for(stay, demonstration)
            family.then_they_read("確定")
        yield Tablet(screen, demonstration)


def test_1_an_allergy_is_added_at_half_past_nine_in_the_evening(
    tablet: Tablet, parent_screen: Screen, demonstration: Demonstration
) -> None:
    evening = NEW_ALLERGY.day(demonstration) - dt.timedelta(days=1)
    demonstration.set_clock(demonstration.at(evening, 21, 30))
    family = Family(parent_screen)

    family.when_they_log_in(NEW_ALLERGY.email, PASSWORD)
    parent_screen.follow(NEW_ALLERGY.child)
    parent_screen.page.locator("a[href$='/edit/']").first.click()
    family.when_they_answer("allergy-answer", "yes")
    parent_screen.page.locator("[name=foods-0-allergen]").select_option("egg")
    parent_screen.page.locator("[name=foods-0-severity]").select_option("anaphylaxis")
    parent_screen.page.locator("[name=foods-0-detail]").fill("今日の夕食のあと、全身にじんましん")
    parent_screen.press("保存する")

    family.then_they_read("鶏卵", "確認中")
    parent_screen.look("80-allergy-added")


def test_2_it_is_read_by_two_at_nine_before_the_child_is_let_go(
    tablet: Tablet, demonstration: Demonstration
) -> None:
    child = NEW_ALLERGY.child
    demonstration.set_clock(demonstration.at(NEW_ALLERGY.day(demonstration), 8, 50))
    for role in (MANAGER, CARER):
        tablet.screen.open("/login/")
        sign_in(tablet.screen, *demonstration.account(role))
        if role == MANAGER:
            tablet.screen.press("交代")

    tablet.at(9, 0)
    tablet.then_the_row_warns(child, "鶏卵")
    tablet.then_the_row_says(child, UNREAD)
    tablet.then_the_warning_can_be_read_at_arms_length(child)
    tablet.then_every_target_is_large()
    tablet.screen.look("81-tablet-list")
    # From the open list, the child on the arm: one tap to the card, one to receive.
    tablet.when_they_tap("緊急・配慮カード", child)
    tablet.then_they_read("鶏卵", "全身にじんましん", UNREAD)
    tablet.then_it_took(1)
    tablet.screen.open("/today/")
    tablet.when_they_tap("受け入れ", child)
    tablet.then_the_row_says(child, "お預かり中")
    tablet.then_it_took(1)
    tablet.then_the_row_says(child, UNREAD)

    tablet.when_two_read_the_card_of(child)
    tablet.screen.look("82-tablet-read")
    tablet.screen.open("/today/")
    expect(tablet.row(child)).not_to_contain_text(UNREAD)


def test_3_the_wrong_child_is_taken_back_in_two_taps(tablet: Tablet) -> None:
    child = ORDINARY.child
    tablet.at(9, 5)

    tablet.when_they_tap("受け入れ", child)
    tablet.then_the_row_says(child, "お預かり中")
    tablet.then_it_took(1)
    tablet.hand.opens("受け入れを取り消す", of=tablet.row(child))
    tablet.when_they_tap("取り消す", child)
    tablet.then_it_took(2)
    tablet.then_they_read("受け入れを取り消しました。")
    tablet.then_the_row_says(child, "確定")

    tablet.when_they_tap("受け入れ", child)
    tablet.then_the_row_says(child, "お預かり中")


def test_4_a_child_comes_without_a_booking(tablet: Tablet, demonstration: Demonstration) -> None:
    tablet.at(10, 5)
    born = dates.add_months(demonstration.first_day, -MONTHS_AT_THE_DOOR) - dt.timedelta(days=9)

    tablet.screen.follow("当日受付")
    tablet.screen.fill("お子さんの氏名（カナ）", KANA_AT_THE_DOOR)
    tablet.screen.fill("生年月日", f"{born}")
    tablet.screen.press("照会する")
    tablet.page.get_by_label("お迎えの予定").select_option(NOT_BOOKED.end)
    tablet.screen.press("さんを受け入れる")
    expect(tablet.page.locator("h1")).to_contain_text("緊急・配慮カード")
    tablet.screen.open("/today/")
    tablet.then_the_row_says(NOT_BOOKED.child, "お預かり中")


def test_5_two_look_at_the_plates_and_again_when_a_child_comes_late(tablet: Tablet) -> None:
    tablet.at(11, 20)
    tablet.screen.open("/meals/")
    tablet.then_they_read("今日はまだ確認していません", NEW_ALLERGY.child, ORDINARY.child)
    # Who eats everything is not among them.
    tablet.then_nothing_is_said_of(NOT_BOOKED.child)
    tablet.when_they_look_at_all_plates(NEW_ALLERGY.child, ORDINARY.child)
    tablet.then_they_read(f"{ORDINARY.child} さんの読み合わせが終わっていません。")
    tablet.screen.look("83-tablet-meal-unread")
    tablet.when_two_read_the_card_of(ORDINARY.child)
    tablet.screen.open("/meals/")
    tablet.then_they_read("確認済")
    tablet.screen.look("83-tablet-meal")

    tablet.at(11, 45)
    tablet.when_they_tap("受け入れ", LATE_BOTH_WAYS.child)
    tablet.screen.open("/meals/")
    tablet.then_they_read(
        "もう一度確認が必要です", f"{LATE_BOTH_WAYS.child} さんが、確認のあと 11:45 に来ました。"
    )
    tablet.screen.look("84-tablet-meal-again")
    tablet.when_two_read_the_card_of(LATE_BOTH_WAYS.child)
    tablet.when_they_look_at_all_plates(LATE_BOTH_WAYS.child)
    tablet.then_they_read("確認済")


def test_6_the_next_carer_takes_over_and_looks_again(tablet: Tablet) -> None:
    tablet.at(12, 30)
    for child in (NEW_ALLERGY.child, ORDINARY.child):
        tablet.when_they_hand_over(child)
        tablet.then_the_row_says(child, "お迎え済")
    tablet.when_it_is_given_to(OTHER)

    tablet.screen.open("/takeover/")
    tablet.then_they_read(LATE_BOTH_WAYS.child)
    tablet.screen.look("85-tablet-takeover")
    tablet.screen.press("読みました。引き継ぎます")
    tablet.screen.open("/meals/")
    # Who looked at the plates as the second has seen them.
    tablet.then_they_read("確認済")
    tablet.when_it_is_given_to(NAME)


def test_7_a_carer_is_ill_and_the_list_says_where_staff_lack(tablet: Tablet) -> None:
    tablet.at(13, 0)
    tablet.when_it_is_given_to(OTHER)
    for staff, is_short in (("0", True), ("4", False)):
        tablet.screen.open("/roster/")
        tablet.page.locator("[name=fill-number]").fill(staff)
        tablet.screen.press("この人数にする")
        tablet.screen.open("/today/")
        tablet.screen.look(f"86-tablet-{'short' if is_short else 'enough'}")
        red = tablet.page.get_by_role("heading", name="足りない時間帯があります")
        expect(red).to_have_count(int(is_short))
    tablet.when_it_is_given_to(NAME)


def test_8_a_child_is_hurt_and_the_report_is_signed_by_the_manager(tablet: Tablet) -> None:
    child = LATE_BOTH_WAYS.child
    tablet.at(13, 30)
    tablet.when_they_tap("事故・けがを記録", child)
    tablet.then_it_took(1)
    tablet.screen.look("90-tablet-incident")
    tablet.screen.fill("場所", "保育室")
    # A report half written loses nothing.
    tablet.screen.press("途中まで保存する")
    tablet.then_they_read("途中まで保存しました。")
    tablet.screen.follow("続きを書く")
    tablet.screen.fill("起きたこと", "積み木につまずき、ひざをすりむきました。")
    tablet.screen.fill("行ったこと", "流水で洗い、ばんそうこうを貼りました。")
    tablet.screen.press("施設責任者に提出する")
    tablet.then_they_read("報告を施設責任者に提出しました。")
    tablet.screen.follow("保護者への連絡を記録する")
    tablet.page.get_by_label(child).first.check(force=True)
    tablet.screen.fill("連絡した相手", "母")
    tablet.page.get_by_label("電話", exact=True).check(force=True)
    tablet.screen.fill("連絡した職員", "受け持ちの保育士")
    tablet.screen.press("追加する")
    tablet.then_they_read("追加しました。")
    report = tablet.page.url

    tablet.when_it_is_given_to(OTHER)
    tablet.page.goto(report)
    tablet.screen.press("施設責任者として確認した")
    tablet.then_they_read("報告を確認しました。", "施設責任者が確認済")
    tablet.screen.look("90-tablet-incident-signed")
    tablet.when_it_is_given_to(NAME)


def test_9_a_sleeping_child_is_looked_at_in_time(tablet: Tablet) -> None:
    child = LATE_BOTH_WAYS.child
    tablet.at(14, 0)
    tablet.screen.follow("午睡チェック")
    tablet.page.locator(".nap-row", has_text=child).get_by_role("button").click()
    tablet.then_they_read("午睡中 1人")
    tablet.at(14, 11)
    tablet.then_they_read("午睡チェックの時刻です：1人")
    tablet.screen.open("/naps/")
    tablet.screen.look("91-tablet-nap")
    sleeper = tablet.page.locator(".nap-row", has_text=child)
    expect(sleeper).to_contain_text("確認の時刻です")
    sleeper.get_by_role("button", name="確認した・異常なし").click()
    expect(tablet.page.locator("[data-due-count]")).to_have_text("0")
    tablet.page.locator(".nap-row", has_text=child).get_by_role("button", name="起きた").click()
    tablet.then_they_read("午睡中の児童はいません。")


def test_10_everybody_is_counted_in_a_drill(tablet: Tablet) -> None:
    tablet.at(14, 30)
    tablet.screen.follow("避難・点呼")
    tablet.screen.press("訓練として始める")
    missing = tablet.page.locator(".day-row", has=tablet.page.locator(".roll-tap"))
    for left in range(missing.count(), 0, -1):
        expect(missing).to_have_count(left)
        missing.first.locator(".roll-tap").click()
    tablet.then_they_read("全員の居場所を確認しました。", LATE_BOTH_WAYS.child)
    tablet.screen.look("92-tablet-roll-call")
    tablet.screen.press("この点呼を終える")


def test_11_how_the_day_was_is_written_in_a_few_taps(tablet: Tablet) -> None:
    child = LATE_BOTH_WAYS.child
    tablet.at(15, 0)
    tablet.when_they_tap("今日のようす", child)
    for words in ("ほとんど", "30分くらい", "ごきげん"):
        tablet.hand.taps += 1
        tablet.page.locator("fieldset.taps label", has_text=words).first.click()
    tablet.screen.look("93-tablet-report")
    tablet.hand.presses("保存")
    tablet.then_they_read("「今日のようす」を保存しました。")
    tablet.then_it_took(5)


def test_12_a_parent_is_late_and_reads_how_the_day_was(
    tablet: Tablet, parent_screen: Screen
) -> None:
    child = LATE_BOTH_WAYS.child
    tablet.at(15, 10)
    tablet.when_they_hand_over(NOT_BOOKED.child)
    tablet.at(17, 25)

    late = tablet.section("予定の時刻を過ぎている児童")
    expect(late).to_contain_text(child)
    expect(late.locator("a[href^='tel:']").first).to_be_visible()
    tablet.screen.look("87-tablet-late")
    tablet.when_they_hand_over(child)
    tablet.then_the_row_says(child, "お迎え済")
    tablet.then_the_row_says(child, "延長 25分")

    family = Family(parent_screen)
    family.when_they_log_in(LATE_BOTH_WAYS.email, PASSWORD)
    family.when_they_open_their_bookings()
    day = LATE_BOTH_WAYS.day(tablet.demonstration)
    parent_screen.page.get_by_role("link", name=f"{day.month}月{day.day}日").first.click()
    family.then_they_read("今日のようす", "ほとんど", "ごきげん")
    # The report of the accident is for staff alone; the mother was told by telephone.
    assert not parent_screen.says("つまずき")
    parent_screen.look("94-report-read")


def test_13_the_day_is_closed_by_two(tablet: Tablet) -> None:
    tablet.at(17, 40)
    children = (NEW_ALLERGY.child, ORDINARY.child, NOT_BOOKED.child, LATE_BOTH_WAYS.child)
    tablet.screen.open("/cash/new/")
    tablet.then_they_read("料金が未収", *children)
    for child in children:
        tablet.when_they_take_the_fee_of(child)
    tablet.screen.open("/cash/new/")
    tablet.screen.look("88-tablet-cash")
    taken = int(tablet.page.locator("[name=taken]").input_value())
    tablet.screen.fill("つり銭（円）", "10000")
    for piece, number in pieces(taken + 10_000):
        tablet.page.locator(f"[name=yen_{piece}]").fill(f"{number}")
    if tablet.page.locator("[name=open_reason]").count():
        tablet.screen.fill("残したまま締める理由", "明日の朝に確認するため")
    tablet.screen.press("合計と差額を計算")
    expect(tablet.page.locator("tr.fee-due")).to_contain_text("0円")
    tablet.screen.press("日計を締める")
    tablet.then_they_read("差額なし", "2人目の確認がまだ")
    tablet.when_a_colleague_adds_the_name()
    tablet.then_they_read("日計を確かめた職員の名前を残しました。", NAME, OTHER)
    tablet.screen.look("89-tablet-closed")


def pieces(amount: int) -> Iterator[tuple[int, int]]:
    """Notes and coins that make up an amount in yen."""
    for piece in (10_000, 1_000, 500, 100, 50, 10):
        number, amount = divmod(amount, piece)
        yield piece, number
