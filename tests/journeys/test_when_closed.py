"""A typhoon and a carer who is ill: what can't be kept, and how every family knows in time.

Runs after the other journeys: its days lie beyond theirs, and both facilities open on each of
them. The family of 髙橋 has an address from which mail came back; that of 林 reads its mail.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import windows_of
from tests.journeys.demonstration import Demonstration
from tests.journeys.facility import Staff
from tests.journeys.screen import Screen
from tests.journeys.terminals import Terminals, sign_in

MANAGER = "施設責任者 "
NERIMA, HIKARIGAOKA = "練馬ぴよぴよ", "光が丘ぴよぴよ"
WORDS = "台風で電車が止まる見込みのため、お休みします。"


@pytest.fixture(scope="module")
def desks(
    terminals: Terminals, demonstration: Demonstration, browser: Browser
) -> Iterator[dict[str, Screen]]:
    """A terminal of each facility, registered before the days pass: its link lives for one."""
    with windows_of(browser) as open_window:
        found = {}
        for facility in (HIKARIGAOKA, NERIMA):
            wide = {"width": 1280, "height": 900}
            found[facility] = open_window(demonstration.staff, viewport=wide)
            terminals.register(found[facility], facility)
        yield found


def signed_in(screen: Screen, demonstration: Demonstration, role: str) -> Screen:
    screen.open("/")
    sign_in(screen, *demonstration.account(role))
    return screen


@pytest.fixture(scope="module")
def typhoon(demonstration: Demonstration) -> dt.date:
    """A day on which 光が丘 expects 髙橋 from nine to five."""
    return demonstration.first_day + dt.timedelta(days=4)


@pytest.fixture(scope="module")
def short_day(demonstration: Demonstration) -> dt.date:
    """A day on which 練馬 expects 林 from nine to twelve."""
    return demonstration.first_day + dt.timedelta(days=5)


def test_1_a_closure_is_prepared_in_the_evening_and_confirmed_in_the_morning(
    desks: dict[str, Screen],
    open_screen: Callable[..., Screen],
    demonstration: Demonstration,
    typhoon: dt.date,
) -> None:
    demonstration.set_clock(demonstration.at(typhoon - dt.timedelta(days=1), 19, 10))
    screen = signed_in(desks[HIKARIGAOKA], demonstration, MANAGER + HIKARIGAOKA)
    staff = Staff(screen)

    screen.open("/closures/")
    screen.look("40-closures-none")
    screen.follow("休所を準備する")
    screen.page.get_by_label("理由").select_option(label="台風・大雪などの悪天候のため")
    screen.fill("ご家庭への言葉", WORDS)
    screen.look("41-closure-new")
    screen.press("準備して、予約を確かめる")
    screen.look("42-closure-prepared")
    staff.then_they_read("準備中（まだ知らせていません）", "髙橋 結衣", "1件")
    visitor = open_screen(demonstration.public)
    visitor.open("/facilities/hikarigaoka/")
    assert not visitor.says(WORDS)

    demonstration.set_clock(demonstration.at(typhoon, 6, 30))
    signed_in(screen, demonstration, MANAGER + HIKARIGAOKA)
    screen.open("/closures/")
    row = screen.page.locator(".closure-row", has_text=f"{typhoon.month}月{typhoon.day}日")
    row.get_by_role("link", name=HIKARIGAOKA).click()
    staff.then_they_read("準備中（まだ知らせていません）")
    screen.press("休所に決定する")
    screen.look("43-closure-confirmed")
    staff.then_they_read("1件の予約を取り消し", "取り消した予約")

    visitor.open("/facilities/hikarigaoka/")
    visitor.look("44-facility-closed")
    assert visitor.says(WORDS)
    visitor.open("/")
    visitor.look("45-home-closed")
    assert visitor.says(WORDS)


def test_2_whom_no_mail_reaches_is_called(desks: dict[str, Screen]) -> None:
    """By whoever sits at the terminal of the facility."""
    screen = desks[HIKARIGAOKA]
    staff = Staff(screen)

    screen.open("/calls/")
    expect(screen.page.locator(".call-row", has_text="休所のお知らせ")).to_be_visible()
    screen.look("46-calls")
    staff.then_they_read("髙橋 結衣", "09000000301", WORDS)
    row = screen.page.locator(".call-row", has_text="休所のお知らせ")
    row.get_by_role("button", name="不在").click()
    staff.then_they_read("不在 1回")
    row = screen.page.locator(".call-row", has_text="休所のお知らせ")
    row.get_by_role("button", name="連絡済み").click()
    staff.then_they_read("今日済んだ連絡")
    screen.look("47-calls-ended")
    expect(screen.page.locator(".call-row", has_text="休所のお知らせ")).to_have_count(0)


def test_3_a_carer_is_ill_at_twenty_past_eight(
    desks: dict[str, Screen], demonstration: Demonstration, short_day: dt.date
) -> None:
    demonstration.set_clock(demonstration.at(short_day, 8, 20))
    screen = signed_in(desks[NERIMA], demonstration, MANAGER + NERIMA)
    staff = Staff(screen)

    screen.open("/roster/")
    screen.page.locator("[name=fill-number]").fill("1")
    screen.press("この人数にする")
    staff.then_they_read("受けた予約に足りない時間帯")
    screen.open("/attention/")
    screen.look("48-attention")
    staff.then_they_read("配置不足", "林 ひなた")
    screen.follow("電話・変更・取り消し")
    screen.look("49-settle")
    screen.press("連絡済み")
    staff.then_they_read("「連絡済み」と記録しました。")
    screen.press("施設の都合で取り消す")
    screen.look("50-settle-refused")
    staff.then_they_read("取り消す理由を、ご家庭への言葉で入れてください。")
    screen.fill("ご家庭への言葉", "職員が急に休んだため、お預かりできなくなりました。")
    screen.press("施設の都合で取り消す")
    staff.then_they_read("施設の都合で取り消しました。")
    screen.look("51-settled")
    screen.open("/attention/")
    staff.then_they_read("対応が必要な時間帯はありません。")

    mail = demonstration.mail_to("hayashi@example.jp", "予約を取り消しました")
    assert "職員が急に休んだため" in mail
    assert "料金はかからず" in mail
