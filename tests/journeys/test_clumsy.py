"""What thumbs do: tap twice, go back, reload, leave the phone until the log-in is over."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.facility import Staff
from tests.journeys.family import Family
from tests.journeys.screen import Screen
from tests.journeys.stays import THERE_ALREADY, TWICE


@pytest.fixture
def family(parent_screen: Screen, demonstration: Demonstration) -> Family:
    """A family of the demonstration, logged in with its printed account."""
    found = Family(parent_screen)
    found.when_they_log_in(*demonstration.account("保護者 練馬ぴよぴよ"))
    return found


def test_double_tap_back_and_reload_make_one_booking(
    family: Family, demonstration: Demonstration
) -> None:
    day = TWICE.day(demonstration)

    family.when_they_choose(TWICE.code, TWICE.child, day, TWICE.start, TWICE.end)
    family.page.get_by_role("button", name="予約を確定する").dblclick()
    family.then_they_read("予約が確定しました")
    first = family.address()
    # The page that asked knows that its question is answered.
    family.page.go_back()
    family.then_they_read("お申し込みの結果")
    family.page.goto(first)
    family.page.reload()
    family.then_they_read("確定", "9:00から11:00まで")
    family.when_they_open_their_bookings()

    cards = family.page.locator(".card", has_text="大泉ぴよぴよ")
    expect(cards).to_have_count(1)


def test_refused_booking_names_reason_and_way_on(
    family: Family, demonstration: Demonstration
) -> None:
    day = THERE_ALREADY.day(demonstration)
    family.when_they_book_for(THERE_ALREADY, demonstration)

    family.when_they_choose("nukui", THERE_ALREADY.child, day, "14:00", "16:00")

    family.then_they_read(
        "お子さんには、同じ時間に別の予約があります。", "今の予約をご確認ください"
    )
    family.screen.look("40-refused")


def test_expired_login_keeps_what_was_typed(family: Family, demonstration: Demonstration) -> None:
    family.screen.open("/my/children/new/")
    family.page.locator("[name=family_name]").fill("林")
    family.page.locator("[name=given_name]").fill("髙子")
    family.when_they_answer("illness-answer", "yes")
    family.page.locator("[name=illness-content]").fill("ぜんそくの薬を持参します。")
    family.page.context.clear_cookies(name="azukari")
    family.screen.press("保存する")
    family.screen.look("41-log-in-again")
    name, password = demonstration.account("保護者 練馬ぴよぴよ")
    family.screen.fill("メールアドレス", name)
    family.page.locator("input[name=password]").fill(password)
    family.screen.press("ログイン")

    expect(family.page.locator("[name=family_name]")).to_have_value("林")
    expect(family.page.locator("[name=given_name]")).to_have_value("髙子")
    expect(family.page.locator("[name=illness-content]")).to_have_value(
        "ぜんそくの薬を持参します。"
    )


def test_bad_input_keeps_everything_and_says_where(family: Family) -> None:
    family.screen.open("/my/children/new/")
    family.page.locator("[name=family_name]").fill("髙橋")
    family.page.locator("[name=family_name_kana]").fill("taka")
    family.page.locator("[name=date_of_birth]").fill("令和99年13月1日")
    family.when_they_answer("illness-answer", "yes")
    family.page.locator("[name=illness-content]").fill("番号は 1234-5678-9012 です")
    family.screen.press("保存する")

    expect(family.page.locator("[name=family_name]")).to_have_value("髙橋")
    expect(family.page.locator("[name=date_of_birth]")).to_have_value("令和99年13月1日")
    family.then_they_read(
        "全角カタカナで入力してください", "日付を読み取れません", "12桁の数字は入力できません"
    )
    family.screen.look("42-errors")


def test_arrival_tapped_twice_is_one_arrival(staff_screen: Callable[[str], Screen]) -> None:
    screen = staff_screen("職員（保育スタッフ） 関ぴよぴよ")
    staff = Staff(screen)
    screen.open("/today/")
    row = staff.row("石川 莉子")

    row.get_by_role("button", name="受け入れ").first.dblclick()

    staff.then_the_row_says("石川 莉子", "お預かり中")
    assert "500" not in screen.page.title()


def test_same_operator_sees_nothing_of_the_other_facility(
    staff_screen: Callable[[str], Screen],
) -> None:
    nukui = staff_screen("職員（保育スタッフ） 貫井ぴよぴよ")
    seki = staff_screen("職員（保育スタッフ） 関ぴよぴよ")
    seki.open("/records/child/")
    seki.follow("石川 莉子")
    address = seki.page.url

    nukui.page.goto(address)
    nukui.look("43-not-found")
    Staff(nukui).then_nothing_is_said_of("石川")
    Staff(nukui).when_they_search_the_children_for("イシカワ")
    Staff(nukui).then_nothing_is_said_of("莉子")
