"""Two families ask for the last place within the same minutes; a seed decides, and it is recomputed
by a program that knows nothing but the published list."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.family import Family
from tests.journeys.screen import Screen

MINUTE = dt.timedelta(minutes=1)
PARENTS = ("hayashi@example.jp", "yoshida@example.jp")
CODE = "hikarigaoka"


@pytest.fixture(scope="module")
def walk() -> dict[str, str]:
    """What one leg leaves for the next."""
    return {}


@pytest.fixture(scope="module")
def opening(demonstration: Demonstration) -> dt.datetime:
    """The next morning."""
    return demonstration.at(demonstration.now().date() + dt.timedelta(days=1), 9, 0)


@pytest.fixture(scope="module")
def day(opening: dt.datetime) -> dt.date:
    """A Tuesday, so that the facility is open, in a week of its own."""
    fortnight = opening.date() + dt.timedelta(days=13)
    return fortnight + dt.timedelta(days=(1 - fortnight.weekday()) % 7)


def password_of(demonstration: Demonstration) -> str:
    """All invented parents have the same."""
    return str(demonstration.account("保護者 ")[1])


def test_1_the_center_announces_a_draw(
    staff_screen: Callable[[str], Screen], opening: dt.datetime, day: dt.date
) -> None:
    screen = staff_screen("センター ")
    screen.open("/booking/release/add/")
    screen.page.locator("[name=first_day]").fill(day.isoformat())
    screen.page.locator("[name=last_day]").fill(day.isoformat())
    screen.page.locator("[name=mode]").select_option("draw")
    screen.page.locator("[name=opens_at]").fill(f"{opening:%Y-%m-%dT%H:%M}")
    screen.look("80-release-form")
    screen.press("保存")
    screen.look("81-release-preview")
    screen.press("この内容で保存する")
    expect(screen.main()).to_contain_text("受付前")
    screen.look("82-releases")


def test_2_two_families_ask_without_hurry(
    open_screen: Callable[..., Screen],
    demonstration: Demonstration,
    walk: dict[str, str],
    opening: dt.datetime,
    day: dt.date,
) -> None:
    for number, email in enumerate(PARENTS):
        screen = open_screen(demonstration.public)
        family = Family(screen)
        demonstration.set_clock(opening - 5 * MINUTE)
        family.when_they_log_in(email, password_of(demonstration))
        screen.open("/booking/availability/")
        if number == 0:
            expect(screen.main()).to_contain_text("急いで申し込む必要はありません")
            screen.look("83-before-a-draw")
        demonstration.set_clock(opening + MINUTE)
        # The worker has ten seconds to choose the seed; nobody asks before.
        for _round in range(40):
            screen.open(f"/booking/{CODE}/new/?day={day}&start=10:00")
            if screen.says("抽選に申し込む"):
                break
            screen.page.wait_for_timeout(500)
        child = screen.page.locator("[name=child]:not([disabled])").first
        child.check()
        screen.page.locator("[name=end]").select_option("12:00")
        if number == 0:
            screen.look("84-asking-for-a-draw")
        screen.press("抽選に申し込む")
        expect(screen.main()).to_contain_text("抽選番号")
        walk[email] = screen.page.url
        if number == 0:
            screen.look("85-ticket")


def test_3_it_is_drawn_and_recomputed(
    open_screen: Callable[..., Screen],
    demonstration: Demonstration,
    walk: dict[str, str],
    opening: dt.datetime,
    tmp_path: Path,
) -> None:
    screen = open_screen(demonstration.public)
    demonstration.set_clock(opening + 31 * MINUTE)
    Family(screen).when_they_log_in(PARENTS[0], password_of(demonstration))
    for _round in range(120):
        screen.page.goto(walk[PARENTS[0]])
        if screen.says("予約できました"):
            break
        screen.page.wait_for_timeout(500)
    expect(screen.main()).to_contain_text("予約できました")
    screen.look("86-result-of-a-draw")
    screen.follow("抽選の一覧と、確かめ方を見る")
    expect(screen.main()).to_contain_text("抽選の一覧")
    screen.look("87-published-list")
    for name, label in (("list.json", "一覧（JSON）"), ("replay.py", "プログラム（Python）")):
        with screen.page.expect_download() as download:
            screen.follow(label)
        download.value.save_as(tmp_path / name)

    done = subprocess.run(
        [sys.executable, "-I", "-S", "replay.py", "list.json"], cwd=tmp_path, capture_output=True,
        text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "the same")
    told = demonstration.mail_to(PARENTS[1], "抽選の結果")
    assert "予約できました" in told or "空きがありませんでした" in told
