"""A full day: one family waits, another cancels, and the place goes to the one that waited."""

from collections.abc import Callable

from tests.journeys.demonstration import Demonstration
from tests.journeys.family import Family
from tests.journeys.screen import PHONE, Screen
from tests.journeys.stays import BEFORE_THEM, IN_LINE, PASSWORD


def test_a_cancelled_place_is_offered_and_booked(
    parent_screen: Screen, open_screen: Callable[..., Screen], demonstration: Demonstration
) -> None:
    waiting = Family(parent_screen)
    other = Family(open_screen(demonstration.public, viewport=PHONE))

    # Given a day with one place, for which somebody waits already
    waiting.when_they_log_in(IN_LINE.email, PASSWORD)
    waiting.when_they_open_their_bookings()
    parent_screen.look("60-waiting-list")
    waiting.then_they_read("キャンセル待ち", "貫井ぴよぴよ")
    day = IN_LINE.day(demonstration)
    waiting.then_they_read(f"{day.month}月{day.day}日")
    # And another family that has the place in the afternoon
    other.when_they_log_in(BEFORE_THEM.email, PASSWORD)
    other.when_they_book_for(BEFORE_THEM, demonstration)
    other.then_they_read("予約が確定しました")

    # When the family asks for the same time
    waiting.when_they_choose(IN_LINE.code, IN_LINE.child, day, IN_LINE.start, IN_LINE.end)
    waiting.then_they_read("空きがありません", "キャンセル待ちに申し込む")
    waiting.when_they_join_the_line(look="61-waiting")
    # Then it reads its place in the line, and the rule of the order
    waiting.then_they_read("1番目", "お申し込みの早い順")
    parent_screen.look("62-in-line")

    # When the other family cancels
    other.when_they_cancel_it(look="63-other-cancels")
    # Then the worker offers the place, and a tap books it
    waiting.when_they_open_the_offer(demonstration.mail_to(IN_LINE.email, "空きをご案内"))
    waiting.then_they_read("空きが出ました", "までにお返事ください", "料金")
    parent_screen.look("64-offer")
    waiting.when_they_accept()
    waiting.then_they_read("予約が確定しました", IN_LINE.child)
    parent_screen.look("65-booked")
