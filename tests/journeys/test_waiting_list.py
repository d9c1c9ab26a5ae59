"""A full day: one family waits, another cancels, and the place goes to the one that waited."""

import datetime as dt
import re
from collections.abc import Callable

from tests.journeys.demonstration import Demonstration
from tests.journeys.family import Family
from tests.journeys.screen import PHONE, Screen

HAYASHI, YOSHIDA = ("hayashi@example.jp", "林 蒼"), ("yoshida@example.jp", "𠮷田 奏")
PASSWORD = "piyopiyo-demo-2026"


def test_a_cancelled_place_is_offered_and_booked(
    parent_screen: Screen, open_screen: Callable[..., Screen], demonstration: Demonstration
) -> None:
    waiting = Family(parent_screen)
    other = Family(open_screen(demonstration.public, viewport=PHONE))

    # Given a day with one place, for which somebody waits already
    waiting.when_they_log_in(HAYASHI[0], PASSWORD)
    waiting.when_they_open_their_bookings()
    parent_screen.look("60-waiting-list")
    waiting.then_they_read("キャンセル待ち", "貫井ぴよぴよ")
    day = day_of_the_line(parent_screen, demonstration)
    # And another family that has the place in the afternoon
    other.when_they_log_in(YOSHIDA[0], PASSWORD)
    other.when_they_book("nukui", YOSHIDA[1], day, "13:00", "15:00")
    other.then_they_read("予約が確定しました")

    # When the family asks for the same time
    waiting.when_they_choose("nukui", HAYASHI[1], day, "13:00", "15:00")
    waiting.then_they_read("空きがありません", "キャンセル待ちに申し込む")
    waiting.when_they_join_the_line(look="61-waiting")
    # Then it reads its place in the line, and the rule of the order
    waiting.then_they_read("1番目", "お申し込みの早い順")
    parent_screen.look("62-in-line")

    # When the other family cancels
    other.when_they_cancel_it(look="63-other-cancels")
    # Then the worker offers the place, and a tap books it
    waiting.when_they_open_the_offer(demonstration.mail_to(HAYASHI[0], "空きをご案内"))
    waiting.then_they_read("空きが出ました", "までにお返事ください", "料金")
    parent_screen.look("64-offer")
    waiting.when_they_accept()
    waiting.then_they_read("予約が確定しました", HAYASHI[1])
    parent_screen.look("65-booked")


def day_of_the_line(screen: Screen, demonstration: Demonstration) -> dt.date:
    """The day of what the family waits for, as its card says."""
    card = screen.page.locator("li.card", has_text="キャンセル待ち").first.inner_text()
    match = re.search(r"(\d+)月(\d+)日", card)
    assert match, card
    month, day = map(int, match.groups())
    first = demonstration.first_day
    return dt.date(first.year + (month < first.month), month, day)
