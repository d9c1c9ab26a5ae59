"""電話予約: a family telephones, and before a minute is over its child is booked somewhere else."""

import datetime as dt
import time
from collections.abc import Callable

from playwright.sync_api import expect

from records import dates
from tests.journeys.demonstration import Demonstration
from tests.journeys.facility import Staff
from tests.journeys.hand import Hand
from tests.journeys.screen import Screen
from tests.journeys.stays import CALLED, WALKED_IN

CARER = "職員（保育スタッフ） 光が丘ぴよぴよ"
NUKUI = "貫井ぴよぴよ"
# Families at home elsewhere, whose mothers know the reading and the birth date.
KANA, MONTHS = "イシカワ リコ", 20
KANA_AT_THE_DOOR, MONTHS_AT_THE_DOOR = "プトゥ", 52
SECONDS = 60
# What a person needs beside the machine: a tap with its look, a key, and the mother's answer.
TAP, KEY, ANSWER = 1.5, 0.3, 8.0


def born(demonstration: Demonstration, months: int = MONTHS) -> str:
    """As the mother says it."""
    return f"{dates.add_months(demonstration.first_day, -months) - dt.timedelta(days=9)}"


def test_from_the_call_to_the_number_in_a_minute(
    staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    hand = Hand(staff_screen(CARER))
    day = CALLED.day(demonstration)
    begun = time.monotonic()

    hand.follows("電話予約")
    hand.types("お子さんの氏名（カナ）", KANA)
    hand.types("生年月日", born(demonstration))
    hand.presses("照会して空きを見る")
    expect(hand.screen.main()).to_contain_text(CALLED.child)
    hand.chooses("利用日", f"{day}")
    hand.chooses("お預かりの開始", CALLED.start)
    hand.chooses("お迎え", CALLED.end)
    hand.presses("空きを見る")
    hand.page.locator(".call-place", has_text=NUKUI).get_by_role("link").first.click()
    hand.taps += 1
    expect(hand.screen.main()).to_contain_text("読み上げて")
    hand.presses("予約を確定する")
    expect(hand.screen.main()).to_contain_text("予約が確定しました")

    machine = time.monotonic() - begun
    person = hand.taps * TAP + hand.keys * KEY + ANSWER
    print(f"taps {hand.taps}, keys {hand.keys}, machine {machine:.1f} s, person {person:.1f} s")
    assert machine + person <= SECONDS
    hand.screen.look("60-phone-done")
    # The family hears of it, though the carer never read its address.
    letter = demonstration.mail_to(CALLED.email, f"{day.month}月{day.day}日")
    assert NUKUI in letter


def test_the_screens_of_a_call(
    staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    screen = staff_screen(CARER)
    screen.open("/phone/")
    screen.look("61-phone")
    screen.fill("お子さんの氏名（カナ）", KANA)
    screen.fill("生年月日", born(demonstration))
    screen.press("照会して空きを見る")
    screen.look("62-phone-places")
    places = screen.page.url
    screen.page.locator(".call-place .button").first.click()
    screen.look("63-phone-aloud")
    screen.page.goto(places)
    screen.follow("同じ曜日の予約を")
    day = CALLED.day(demonstration)
    screen.page.get_by_label("曜日").select_option(f"{day.weekday()}")
    screen.fill("はじめの日", f"{day}")
    screen.fill("おわりの日", f"{day + dt.timedelta(weeks=7)}")
    screen.press("日ごとの空きを確かめる")
    expect(screen.main()).to_contain_text("日を予約する")
    screen.look("64-phone-regular")


def test_who_walks_in_is_booked_and_received_in_one_step(
    staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    """In the afternoon; in the morning the child was cared for at home in 大泉."""
    demonstration.set_clock(demonstration.at(WALKED_IN.day(demonstration), 13, 5))
    name = WALKED_IN.child
    screen = staff_screen(CARER)
    screen.open("/today/")
    screen.follow("当日受付")
    screen.look("65-walk-in")
    screen.fill("お子さんの氏名（カナ）", KANA_AT_THE_DOOR)
    screen.fill("生年月日", born(demonstration, MONTHS_AT_THE_DOOR))
    screen.press("照会する")
    expect(screen.main()).to_contain_text(name)
    screen.page.get_by_label("お迎えの予定").select_option(WALKED_IN.end)
    screen.look("66-walk-in-child")

    screen.press("さんを受け入れる")

    expect(screen.page.locator("h1")).to_contain_text("緊急・配慮カード")
    staff = Staff(screen)
    staff.then_they_read(name)
    screen.look("67-walk-in-card")
    screen.open("/today/")
    staff.then_the_row_says(name, "お預かり中")
