"""The wrong date: booked, seen, taken back by one tap, and nothing to pay."""

import pytest
from playwright.sync_api import expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.family import Family
from tests.journeys.screen import Screen
from tests.journeys.stays import NOT_NEEDED, PASSWORD, WRONG


@pytest.fixture
def family(parent_screen: Screen) -> Family:
    found = Family(parent_screen)
    found.when_they_log_in(WRONG.email, PASSWORD)
    return found


def test_a_wrong_date_is_taken_back_free_of_charge(
    family: Family, demonstration: Demonstration
) -> None:
    family.when_they_book_for(WRONG, demonstration)
    family.then_they_read("予約が確定しました", "までなら無料で取り消せます")
    family.screen.look("44-just-booked")
    family.screen.press("今の予約を取り消す")

    family.then_they_read("予約を取り消しました。料金はかかりません。", "キャンセル（無料）")
    family.screen.look("45-undone")
    # And on to the right date, with the time as it was.
    family.screen.follow("別の日時で申し込む")
    expect(family.page.locator("[name=start]")).to_have_value(WRONG.start)


def test_before_cancelling_they_read_what_it_costs(
    family: Family, demonstration: Demonstration
) -> None:
    family.when_they_book_for(NOT_NEEDED, demonstration)
    family.screen.follow("この予約をキャンセルする")

    family.then_they_read("キャンセル料がかかりません", "キャンセルの理由", "急な発熱・病気")
    family.screen.look("46-reasons")
    family.page.get_by_label("予定の変更").check()
    family.screen.press("キャンセルする")
    family.then_they_read("キャンセル（無料）", "予定の変更")
