"""Two siblings and one place: nothing at all, or what fits, as the family chose before."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.facility import Staff
from tests.journeys.family import Family
from tests.journeys.screen import Screen
from tests.journeys.stays import BABY, BROTHER, PASSWORD

MANAGER = "施設責任者 練馬ぴよぴよ"
ALL, WHAT_FITS = "すべてとれるときだけ予約する", "とれるものだけ予約する"


class Siblings(Family):
    def when_they_ask_for_both(self, demonstration: Demonstration) -> None:
        day = BABY.day(demonstration)
        self.screen.open(f"/booking/{BABY.code}/new/?day={day}&start={BABY.start}")
        for stay in (BABY, BROTHER):
            self.page.get_by_label(stay.child).check()
        self.page.locator("[name=end]").select_option(BABY.end)

    def when_they_want(self, what: str) -> None:
        self.page.get_by_label(what).check()
        self.screen.look(f"70-siblings-{'all' if what == ALL else 'what-fits'}")
        self.screen.press("確認へ進む")

    def then_the_rest_is_named(self) -> None:
        rest = self.page.locator("section[aria-labelledby=unmet] li")
        expect(rest).to_have_count(1)
        expect(rest).to_contain_text(BABY.child)
        expect(rest).to_contain_text("空きがありません。")


def test_of_two_siblings_one_fits(
    parent_screen: Screen, staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    # Given a day on which its manager has one place left
    day = BABY.day(demonstration)
    manager = Staff(staff_screen(MANAGER))
    manager.screen.open(f"/roster/?day={day}")
    manager.page.locator("[name$=places]").fill("1")
    manager.page.locator("[name$=reason]").fill("お子さんの介助に職員が2人付くため")
    manager.screen.press("定員を減らす")
    manager.then_they_read("1人（いつもは15人）", "お子さんの介助に職員が2人付くため")

    # When a family asks for both, and wants all or nothing
    family = Siblings(parent_screen)
    family.when_they_log_in(BABY.email, PASSWORD)
    family.when_they_ask_for_both(demonstration)
    family.when_they_want(ALL)
    # Then it has nothing, reads for whom there is no place, and nothing is forgotten
    family.then_they_read("まだ何も予約していません", BABY.child, "空きがありません。")
    parent_screen.look("71-siblings-refused")
    for stay in (BABY, BROTHER):
        expect(family.page.get_by_label(stay.child)).to_be_checked()

    # When it wants what fits
    family.when_they_want(WHAT_FITS)
    # Then one place is held, and what is not had is named before and after it confirms
    family.then_they_read("席をお取りしています", BROTHER.child)
    family.then_the_rest_is_named()
    # The phone's clock is not that of the demonstration.
    expect(family.page.locator("[data-seconds-left]")).to_contain_text("（あと9分")
    parent_screen.look("72-siblings-confirm")
    family.screen.press("予約を確定する")
    family.then_they_read("お申し込みの結果", BROTHER.child)
    family.then_the_rest_is_named()
    parent_screen.look("73-siblings-booked")
    letter = demonstration.mail_to(BABY.email, "予約が確定しました")
    assert "次の日時は、予約できませんでした。" in letter
