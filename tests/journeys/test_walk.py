"""One family goes all the way: from the home page to the receipt, on two entries, with real mail.

The steps build on each other, as they do for a family; each test is one leg of the way.
"""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.facility import Staff
from tests.journeys.family import EMAIL, Family
from tests.journeys.screen import Screen
from tests.journeys.terminals import unlock

EGG_CHILD, SIBLING = "𠮷川 凛", "𠮷川 陽"
NERIMA, HIKARIGAOKA = "練馬ぴよぴよ", "光が丘ぴよぴよ"
FACILITIES = (NERIMA, "貫井ぴよぴよ", "関ぴよぴよ", "大泉ぴよぴよ", HIKARIGAOKA)
CARER = "職員（保育スタッフ） "
CARER_OF_HIKARIGAOKA = "光田 彩乃"
PARENT, CARER_OF_NERIMA = "𠮷川 葉月", "藤野 千晶"

# What the walk changed, by kind of record: who did it, the field, what it was and what it became.
REGISTERED = {
    "世帯": (PARENT, "登録施設", "－", NERIMA),
    "児童": (PARENT, "名", "－", "凛"),
    "配慮事項": (CARER_OF_NERIMA, "施設の確認", "未確認", "確認済"),
    "同意": (PARENT, "同意した本文", "－", "利用登録と個人情報の取扱い 第1版"),
    "面接": (CARER_OF_NERIMA, "状態", "面接予約", "面接済"),
    "利用登録": (CARER_OF_NERIMA, "状態", "面接済", "有効"),
}
# On the day of use besides at what time.
USED = {
    "予約": (CARER_OF_HIKARIGAOKA, "状態", "確定", "お預かり中", "9:2"),
    "利用実績": (CARER_OF_HIKARIGAOKA, "お迎え", "－", "{day}12:5", "12:5"),
    "入金": (CARER_OF_HIKARIGAOKA, "金額", "－", "1,750円", "12:5"),
}


@pytest.fixture(scope="module")
def walk() -> dict[str, str]:
    """What one leg leaves for the next."""
    return {}


def test_1_family_reads_without_logging_in(parent_screen: Screen) -> None:
    family = Family(parent_screen)

    family.given_nobody_is_logged_in()
    family.when_they_open_the_home_page()
    parent_screen.look("01-home")
    family.then_they_read("少しの間、お子さんをお預かりします")
    family.when_they_open_the_page_of(NERIMA)
    parent_screen.look("02-facility")
    family.then_they_read("定員", "15人", "持ち物", "9:00")
    # Until the ward has confirmed it.
    family.then_they_read_under("交通案内", "準備中")
    family.then_they_see_free_places()
    family.then_no_cookie_was_set()


def test_2_family_applies(
    parent_screen: Screen, demonstration: Demonstration, walk: dict[str, str]
) -> None:
    family = Family(parent_screen)
    walk["applied"] = demonstration.now().date().isoformat()

    family.when_they_create_an_account(look="03-sign-up")
    parent_screen.look("03-verification-sent")
    mail = demonstration.mail_to(EMAIL, "アカウント作成の確認")
    family.when_they_follow_the_link(mail, look="04-confirm-email")
    parent_screen.look("04-my-page-empty")
    family.when_they_enter_their_household()
    parent_screen.look("05-household")
    family.when_they_add_a_child("凛", "リン", "2024-07-14", egg=True)
    parent_screen.look("06-child")
    family.when_they_add_a_child("陽", "ハル", "令和8年1月20日")
    family.when_they_open_the_application()
    parent_screen.look("07-application")
    family.when_they_consent_and_choose_the_first_interview_at(NERIMA)
    parent_screen.look("08-my-page-interview")
    family.then_they_read("面接にお越しください", NERIMA)
    demonstration.mail_to(EMAIL, "面接の予約")


def test_3_facility_holds_the_interview_and_activates(
    staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    screen = staff_screen(CARER + NERIMA)
    staff = Staff(screen)
    screen.look("10-today-nerima")

    staff.when_they_open_the_interview_of(PARENT, look="10-interviews")
    screen.look("11-interview-sheet")
    staff.then_they_read("未確認", "鶏卵", EGG_CHILD, SIBLING)
    staff.when_they_try_to_activate(EGG_CHILD)
    staff.when_they_record_the_interview("よく食べ、よく眠ります。")
    for child, look in ((EGG_CHILD, "12-needs"), (SIBLING, "12-needs-of-sibling")):
        staff.when_they_confirm_the_needs_of(child, form_until="令和9年3月31日", look=look)
        staff.when_they_activate(child)
    screen.look("12-interview-activated")
    staff.then_they_read("登録有効期限", "更新できる期間", "確認済")
    demonstration.mail_to(EMAIL, "利用登録が有効になりました")


def test_4_facility_of_another_place_sees_nothing_yet(
    staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    screen = staff_screen(CARER + HIKARIGAOKA)
    staff = Staff(screen)

    staff.when_they_open_the_list_of(tomorrow(demonstration))
    staff.then_nothing_is_said_of(EGG_CHILD)
    staff.when_they_search_the_children_for("ヨシカワ")
    staff.then_nothing_is_said_of(EGG_CHILD)


def test_5_family_books_and_cancels(
    parent_screen: Screen, demonstration: Demonstration, walk: dict[str, str]
) -> None:
    family = Family(parent_screen)
    day = tomorrow(demonstration)

    family.when_they_log_in()
    parent_screen.look("13-my-page")
    family.when_they_look_for_places_for(EGG_CHILD)
    parent_screen.look("14-availability")
    family.then_they_read(*FACILITIES)
    family.then_they_see_the_tables_of(*FACILITIES)
    family.when_they_book("hikarigaoka", EGG_CHILD, day, "09:30", "12:30", look="15-booking")
    parent_screen.look("17-booked")
    family.then_they_read("確定", "9:30から12:30まで", "準備中")
    walk["booking"] = family.address()
    demonstration.mail_to(EMAIL, "予約が確定しました")
    family.when_they_book("nerima", SIBLING, day + dt.timedelta(days=2), "10:00", "12:00")
    family.when_they_cancel_it(look="18-cancel")
    parent_screen.look("19-cancelled")
    family.then_they_read("キャンセル（無料）")
    family.when_they_open_their_bookings()
    parent_screen.look("20-bookings")
    family.then_they_read(HIKARIGAOKA, "キャンセル（無料）")


def test_6_facility_receives_the_child_and_takes_the_fee(
    staff_screen: Callable[[str], Screen], demonstration: Demonstration, walk: dict[str, str]
) -> None:
    day = tomorrow(demonstration)
    demonstration.set_clock(demonstration.at(day, 9, 28))
    screen = staff_screen(CARER + HIKARIGAOKA)
    staff = Staff(screen)

    screen.look("21-today")
    staff.then_the_row_warns(EGG_CHILD, "重（アナフィラキシー）", "鶏卵")
    staff.then_the_warning_can_be_read_at_arms_length(EGG_CHILD)
    staff.then_the_list_prints_across_the_paper()
    staff.when_they_open_the_care_card_of(EGG_CHILD)
    screen.look("22-care-card")
    staff.then_they_read("エピペン", "09012345678")
    staff.then_nothing_is_said_of("豊玉北")
    staff.when_they_receive(EGG_CHILD)
    staff.then_the_row_says(EGG_CHILD, "お預かり中")

    # 25 minutes late: beyond the grace of ten, so one unit of 250 yen is added to 1,500.
    demonstration.set_clock(demonstration.at(day, 12, 55))
    screen.open("/today/")
    unlock(screen, CARER_OF_HIKARIGAOKA, demonstration.pin)
    staff.when_they_hand_over(EGG_CHILD)
    staff.then_the_row_says(EGG_CHILD, "お迎え済")
    staff.when_they_open_the_fee_of(EGG_CHILD)
    screen.look("23-payment")
    staff.then_they_read("1,500円", "250円", "1,750円", "仮設定")
    staff.when_they_take_cash("2000")
    screen.look("24-paid")
    receipt = staff.receipt()
    assert "領収証" in receipt
    assert "𠮷川葉月様" in receipt
    assert "金1,750円" in receipt


def test_7_family_sees_what_was_paid(parent_screen: Screen, walk: dict[str, str]) -> None:
    family = Family(parent_screen)

    family.when_they_log_in()
    parent_screen.page.goto(walk["booking"])
    parent_screen.look("25-settled")
    family.then_they_read("お支払い済み", "1,750円", "受け入れ 9:2", "お迎え 12:5")


@pytest.mark.parametrize("role", ["施設責任者 光が丘ぴよぴよ", "センター"])
def test_8_every_step_stands_in_the_history(
    role: str,
    staff_screen: Callable[[str], Screen],
    demonstration: Demonstration,
    walk: dict[str, str],
) -> None:
    screen = staff_screen(role)
    staff = Staff(screen)

    screen.open("/changes/")
    screen.look(f"30-changes-{'center' if role == 'センター' else 'manager'}")
    staff.then_they_read("光田 彩乃", "予約", "利用実績", "入金", "お預かり中", "1,750円")
    assert re.search(r"職員用の画面", screen.page.inner_text("main"))
    day, applied = tomorrow(demonstration), dt.date.fromisoformat(walk["applied"])
    for kind, (who, field, before, after, time) in USED.items():
        staff.when_they_ask_what_changed(kind, day)
        staff.then_it_changed(
            who, field, before, after.format(day=written(day)), f"{written(day)}{time}"
        )
    for kind, step in REGISTERED.items():
        staff.when_they_ask_what_changed(kind, applied)
        if role == "センター":
            staff.then_it_changed(*step, written(applied))
        else:
            # The register is the home facility's.
            staff.then_nothing_is_said_of("𠮷川")


def test_9_home_facility_reads_the_history_of_the_record(
    staff_screen: Callable[[str], Screen],
) -> None:
    screen = staff_screen("施設責任者 練馬ぴよぴよ")
    staff = Staff(screen)

    staff.when_they_open_the_record_of("ヨシカワ リン", EGG_CHILD, look="30-children")
    screen.look("31-child-record")
    screen.follow("変更履歴を見る")
    screen.look("32-child-history")
    expect(screen.page.locator("main")).to_contain_text("𠮷川 葉月")


def written(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"


def tomorrow(demonstration: Demonstration) -> dt.date:
    """The day of use: the one after the first day of the demonstration."""
    return demonstration.first_day + dt.timedelta(days=1)
