"""Who looked: a parent reads it afterwards, and what is out of the ordinary the center is told."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.demonstration import TOKYO, Demonstration
from tests.journeys.facility import Staff
from tests.journeys.family import Family
from tests.journeys.screen import Screen
from tests.journeys.terminals import CLERK

CHILD, KANA = "林 蒼", "ハヤシ アオ"
HOME, ELSEWHERE = "練馬ぴよぴよ", "大泉ぴよぴよ"
CARER, CARER_ELSEWHERE = f"職員（保育スタッフ） {HOME}", f"職員（保育スタッフ） {ELSEWHERE}"
NAME, NAME_ELSEWHERE, NAME_AT_THE_CENTER = "藤野 千晶", "大庭 涼", "中野 恵子"
ALERT = "緊急閲覧"
REASON = "予約のないお子さんが来て、じんましんが出ています。"


class Parents(Family):
    """Those of the printed account, on the way to what was read of their child."""

    def given_they_are_logged_in(self, demonstration: Demonstration) -> None:
        self.when_they_log_in(*demonstration.account(f"保護者 {HOME}"))

    def when_they_ask_who_read_of(self, child: str) -> None:
        self.screen.open("/my/")
        self.screen.follow(child)
        self.screen.follow("いつ、どの施設が、何のために見たかを確かめる")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("お子さんの情報を見た記録")

    def number_of(self, child: str) -> str:
        """The child's, as its page tells it."""
        self.screen.open("/my/")
        self.screen.follow(child)
        return self.page.locator(".facts .number").inner_text()

    def readings(self) -> list[list[str]]:
        """Day, facility, who and what for; within ten minutes in no order of time."""
        rows = self.page.locator("main tbody tr")
        return [row.locator("td").all_inner_texts() for row in rows.all()]

    def then_nobody_is_named(self, *names: str) -> None:
        for word in (word for name in names for word in name.split()):
            assert word not in self.page.content()


class Carer(Staff):
    def when_they_open_in_an_emergency(self, number: str, reason: str) -> None:
        self.screen.open("/emergency/")
        self.screen.fill("児童ID", number)
        self.screen.fill("開く理由", reason)
        self.screen.look("61-emergency")
        self.screen.press("理由を残して開く")


class Clerk(Staff):
    def alert(self) -> Locator:
        """What the other facility opened, as long as nobody has seen to it."""
        return self.page.locator(".alert", has_text=ALERT).filter(has_text=ELSEWHERE)

    def when_they_mark_it_as_seen(self) -> None:
        self.alert().get_by_role("button", name="確認済にする").click()
        expect(self.page.get_by_role("status")).to_contain_text("確認済にしました")


@pytest.fixture
def parents(parent_screen: Screen, demonstration: Demonstration) -> Parents:
    parents = Parents(parent_screen)
    parents.given_they_are_logged_in(demonstration)
    return parents


def test_a_parent_reads_who_looked_at_the_child(
    parents: Parents, staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    reading = [written(today(demonstration)), HOME, "職員", "利用登録"]
    parents.when_they_ask_who_read_of(CHILD)
    assert reading not in parents.readings()
    staff = Staff(staff_screen(CARER))

    staff.when_they_open_the_record_of(KANA, CHILD)
    staff.then_they_read("鶏卵")
    expect(staff.page.locator(".person-name")).to_contain_text(NAME)

    parents.when_they_ask_who_read_of(CHILD)
    parents.screen.look("60-readings")
    assert reading in parents.readings()
    parents.then_nobody_is_named(NAME)


def test_an_emergency_opening_is_an_alert_that_the_center_sees_to(
    parents: Parents, staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    reading = [written(today(demonstration)), ELSEWHERE, "職員", "緊急閲覧"]
    parents.when_they_ask_who_read_of(CHILD)
    assert reading not in parents.readings()
    clerk = Clerk(staff_screen(CLERK))
    clerk.screen.open("/watch/")
    expect(clerk.alert()).to_have_count(0)
    carer = Carer(staff_screen(CARER_ELSEWHERE))

    carer.when_they_open_in_an_emergency(parents.number_of(CHILD), REASON)
    carer.then_they_read(CHILD, "鶏卵", "エピペン")
    carer.screen.look("62-emergency-card")

    clerk.screen.open("/today/")
    expect(clerk.alert()).to_have_count(1)
    clerk.screen.look("63-alerts")
    clerk.screen.open("/watch/")
    clerk.screen.look("64-watch")
    clerk.when_they_mark_it_as_seen()
    expect(clerk.alert()).to_have_count(0)
    seen = clerk.page.locator("section[aria-labelledby=seen] li", has_text=ALERT).first
    expect(seen).to_contain_text(NAME_AT_THE_CENTER)
    clerk.screen.look("65-watch-seen")

    parents.when_they_ask_who_read_of(CHILD)
    assert reading in parents.readings()
    parents.then_nobody_is_named(NAME_ELSEWHERE)


def today(demonstration: Demonstration) -> dt.date:
    """By the clock of the demonstration."""
    offset = dt.timedelta(seconds=float(demonstration.clock_file.read_text()))
    return (dt.datetime.now(TOKYO) + offset).date()  # noqa: TID251 - the real one


def written(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
