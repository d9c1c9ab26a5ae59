"""Ways in: a terminal is registered, two carers share it, it locks itself, it breaks."""

import contextlib
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.screen import Screen
from tests.journeys.terminals import CENTER, CLERK, Terminals, later, sign_in, unlock

OIZUMI = "大泉ぴよぴよ"
CARER = f"職員（保育スタッフ） {OIZUMI}"
HIKARIGAOKA = "光が丘ぴよぴよ"
ONE, OTHER = f"職員（保育スタッフ） {HIKARIGAOKA}", f"施設責任者 {HIKARIGAOKA}"
NAMES = {ONE: "光田 彩乃", OTHER: "宮下 誠"}
PHONE = {"width": 360, "height": 740}


def test_a_browser_that_is_no_terminal_finds_nothing(
    demonstration: Demonstration, open_screen: Callable[..., Screen]
) -> None:
    screen = open_screen(demonstration.staff)

    for path in ("/", "/login/", "/today/", "/cms/", "/healthz", "/nonsense/"):
        answer = screen.page.goto(demonstration.staff + path)
        assert answer is not None
        assert answer.status == 404
        expect(screen.page.locator("form, input, a")).to_have_count(0)
    screen.look("40-nowhere")
    assert screen.page.context.cookies() == []


def test_a_link_makes_a_terminal_once(
    terminals: Terminals, demonstration: Demonstration, open_screen: Callable[..., Screen]
) -> None:
    link = terminals.link(OIZUMI)
    screen = open_screen(demonstration.staff)
    screen.page.goto(link)
    screen.look("41-register")
    screen.press("登録する")
    screen.look("42-login")
    sign_in(screen, *demonstration.account(CARER))
    screen.look("43-signed-in")

    another = open_screen(demonstration.staff)
    answer = another.page.goto(link)
    assert answer is not None
    assert answer.status == 404
    secret = next(
        cookie for cookie in screen.page.context.cookies() if "terminal" in cookie["name"]
    )
    assert (secret["httpOnly"], secret["sameSite"]) == (True, "Lax")
    assert len(secret["value"]) >= 43


def test_two_carers_share_a_terminal(
    terminal_screen: Callable[..., Screen], demonstration: Demonstration
) -> None:
    screen = terminal_screen(HIKARIGAOKA, viewport=PHONE, has_touch=True)
    for role in NAMES:
        sign_in(screen, *demonstration.account(role))
        screen.press("交代")
    screen.look("44-tiles")
    for tile in screen.page.locator(".tile").all():
        box = tile.bounding_box()
        assert box is not None
        assert box["height"] >= 56

    # Within three minutes a tap is enough.
    screen.press(NAMES[ONE])
    expect(screen.page.locator("#user-tools")).to_be_attached()
    screen.open("/records/child/")
    theirs = screen.page.locator(".person-name", has_text=NAMES[ONE])
    expect(theirs).to_be_attached()
    screen.press("交代")
    later(demonstration, minutes=4)
    screen.press(NAMES[OTHER])
    screen.look("45-pin")
    screen.fill("PIN", "111111")
    screen.press("再開する")
    expect(screen.main()).to_contain_text("PINが違います")
    screen.look("46-wrong-pin")
    screen.fill("PIN", demonstration.pin)
    screen.press("再開する")
    expect(screen.page.locator(".person-name")).to_contain_text(NAMES[OTHER])

    # Back: no page that the colleague saw comes again as it was.
    for _ in range(6):
        # What was sent can't be shown again.
        with contextlib.suppress(Error):
            screen.page.go_back()
        expect(theirs).to_have_count(0)


def test_an_idle_screen_is_locked_also_for_hand_made_requests(
    staff_screen: Callable[[str], Screen], demonstration: Demonstration
) -> None:
    screen = staff_screen(ONE)
    by_hand = screen.page.context.request
    children = f"{demonstration.staff}/records/child/"
    assert by_hand.get(children, max_redirects=0).status == 200

    later(demonstration, minutes=6)

    answer = by_hand.get(children, max_redirects=0)
    assert (answer.status, answer.headers["location"].partition("?")[0]) == (302, "/login/")
    assert "児童" not in answer.text()
    screen.open("/records/child/")
    expect(screen.main()).to_contain_text("どなたが使いますか")
    unlock(screen, NAMES[ONE], demonstration.pin)
    expect(screen.page).to_have_url(re.compile("/records/child/"))


def test_a_page_gives_way_by_itself_and_keeps_what_was_typed(
    terminal_screen: Callable[..., Screen], demonstration: Demonstration
) -> None:
    screen = terminal_screen(HIKARIGAOKA)
    sign_in(screen, *demonstration.account(ONE))
    screen.page.clock.install()
    screen.open("/today/")
    screen.follow("緊急・配慮カード")
    card = screen.page.url
    note = "帽子を忘れずにかぶせてください"
    screen.page.locator("main form[method=post] textarea").first.fill(note)

    screen.page.clock.run_for("05:05")

    expect(screen.main()).to_contain_text("どなたが使いますか")
    assert note not in screen.page.content()
    screen.press(NAMES[ONE])
    expect(screen.page).to_have_url(card)
    expect(screen.page.locator("main form[method=post] textarea").first).to_have_value(note)


def test_five_wrong_pins_stop_one_person_and_not_the_other(
    terminal_screen: Callable[..., Screen], demonstration: Demonstration
) -> None:
    screen = terminal_screen(HIKARIGAOKA)
    for role in NAMES:
        sign_in(screen, *demonstration.account(role))
        screen.page.locator(".person summary").click()
        screen.press("画面をロック")

    screen.press(NAMES[ONE])
    for _ in range(5):
        screen.fill("PIN", "918273")
        screen.press("再開する")

    expect(screen.main()).to_contain_text("施設責任者またはセンターが解除できます")
    screen.look("47-stopped")
    screen.open("/")
    unlock(screen, NAMES[OTHER], demonstration.pin)
    expect(screen.page.locator("#user-tools")).to_be_visible()
    later(demonstration, minutes=31)


@pytest.fixture
def clerk_screen(staff_screen: Callable[[str], Screen]) -> Screen:
    return staff_screen(CLERK)


def test_a_sealed_code_replaces_a_broken_terminal_and_the_center_is_told(
    clerk_screen: Screen, demonstration: Demonstration, open_screen: Callable[..., Screen]
) -> None:
    clerk_screen.open("/terminals/new/")
    clerk_screen.page.get_by_label("施設").select_option(label=OIZUMI)
    clerk_screen.fill("端末の名前", "予備の端末")
    clerk_screen.page.get_by_label("封緘コードにする").check()
    clerk_screen.look("48-new-terminal")
    clerk_screen.press("作成する")
    clerk_screen.look("49-envelope")
    link = clerk_screen.page.locator("#link").inner_text()
    code = clerk_screen.page.locator("#code").inner_text()

    screen = open_screen(demonstration.staff)
    screen.page.goto(link)
    screen.fill("封緘コード", "abcd-efgh-jkmn")
    screen.press("登録する")
    expect(screen.main()).to_contain_text("封緘コードが違います")
    screen.look("50-wrong-code")
    screen.fill("封緘コード", code)
    screen.press("登録する")
    sign_in(screen, *demonstration.account(CARER))

    clerk_screen.open("/terminals/")
    clerk_screen.look("51-terminals")
    expect(clerk_screen.main()).to_contain_text("予備の端末")


def test_a_revoked_terminal_is_a_stranger_at_the_next_tap(
    clerk_screen: Screen, terminal_screen: Callable[..., Screen], demonstration: Demonstration
) -> None:
    screen = terminal_screen(OIZUMI)
    sign_in(screen, *demonstration.account(CARER))
    clerk_screen.open("/terminals/")
    place = clerk_screen.page.locator(".place", has_text=OIZUMI)
    row = place.locator(".terminal-row").filter(has=clerk_screen.page.locator(".revoke")).last
    row.locator(".revoke summary").click()
    row.get_by_role("button").click()
    expect(clerk_screen.page.get_by_role("status")).to_contain_text("停止しました")

    answer = screen.page.goto(f"{demonstration.staff}/today/")
    assert answer is not None
    assert answer.status == 404
    expect(clerk_screen.page.locator(".place", has_text=CENTER)).to_be_visible()
