"""The day at a terminal: ID and password once, then name tile and PIN."""

import datetime as dt

import pytest
import time_machine

from history import clock
from records.models import SignIn, StaffSession
from records.sessions.sealed import digest_of
from tests.door import NINE, acts, is_in, log_in, tap, tiles
from tests.entries import EntryClient
from tests.factories.records import PASSWORD
from tests.factories.terminals import PIN

# ID and password once a day


def test_a_days_sign_in_leaves_a_tile(staff_client, carer):
    answer = log_in(staff_client, carer, next="/records/child/")

    assert (answer.status_code, answer["Location"]) == (302, "/records/child/")
    assert is_in(staff_client)
    staff_client.post("/lock/")
    assert tiles(staff_client) == [carer.name]


def test_it_ends_at_four_in_the_morning(staff_client, carer):
    with time_machine.travel(NINE, tick=False) as traveller:
        staff_client.at_terminal()
        log_in(staff_client, carer)
        traveller.move_to(clock.at(dt.date(2026, 11, 25), dt.time(3, 59)))
        assert tiles(staff_client) == [carer.name]
        traveller.move_to(clock.at(dt.date(2026, 11, 25), dt.time(4)))
        assert tiles(staff_client) == []
        assert tap(staff_client, carer, pin=PIN)["Location"] == "/login/"
        assert not is_in(staff_client)


def test_tiles_are_those_of_this_terminal(staff_client, carer, manager):
    log_in(staff_client, carer)
    elsewhere = EntryClient("staff").at_terminal("nerima")
    log_in(elsewhere, manager)
    for client in (staff_client, elsewhere):
        client.post("/lock/")

    assert (tiles(staff_client), tiles(elsewhere)) == ([carer.name], [manager.name])
    number = SignIn.objects.get(user=manager).pk
    assert staff_client.post(f"/login/{number}/", {"pin": PIN})["Location"] == "/login/"
    assert not is_in(staff_client)


def test_nobody_signs_in_at_the_terminal_of_another_facility(staff_client, carer_elsewhere):
    page = log_in(staff_client, carer_elsewhere)

    assert "この端末の施設に、今日有効な所属がありません" in page.content.decode()
    assert not SignIn.objects.exists()


def test_a_membership_that_ends_opens_nothing_more(staff_client, carer):
    log_in(staff_client, carer)
    assert is_in(staff_client)
    carer.memberships.update(ends_on=clock.today() - dt.timedelta(days=1))

    assert not is_in(staff_client)


@pytest.mark.parametrize("asked", ["https://evil.example/", "//evil.example/", "/login/"])
def test_the_way_on_stays_with_us(staff_client, carer, asked):
    assert log_in(staff_client, carer, next=asked)["Location"] == "/"


# Change of carers


def test_two_carers_share_a_terminal(staff_client, carer, manager):
    with time_machine.travel(NINE, tick=False) as traveller:
        staff_client.at_terminal()
        log_in(staff_client, carer)
        staff_client.post("/lock/", {"hand_over": "1"})
        log_in(staff_client, manager)
        traveller.shift(dt.timedelta(minutes=2))
        staff_client.post("/lock/", {"hand_over": "1"})
        assert tiles(staff_client) == [carer.name, manager.name]

        # Two minutes after the last act: no PIN.
        assert tap(staff_client, carer)["Location"] == "/"
        assert acts("unlock")[-1][1] == str(carer.pk)
        staff_client.post("/lock/", {"hand_over": "1"})
        traveller.shift(dt.timedelta(minutes=3, seconds=1))
        asked = tap(staff_client, carer)

        assert asked.status_code == 200
        assert 'name="pin"' in asked.content.decode()
        assert not is_in(staff_client)
        assert tap(staff_client, carer, pin=PIN)["Location"] == "/"
        assert is_in(staff_client)


def test_a_lock_on_purpose_asks_for_the_pin_at_once(staff_client, carer):
    log_in(staff_client, carer)
    staff_client.post("/lock/")

    assert 'name="pin"' in tap(staff_client, carer).content.decode()
    assert not is_in(staff_client)


def test_whoever_logs_out_is_no_longer_offered(staff_client, carer):
    log_in(staff_client, carer)
    staff_client.post("/logout/")

    assert tiles(staff_client) == []
    assert [row[0] for row in acts("login", "logout")] == ["login", "logout"]


def test_of_the_person_before_nothing_is_left(staff_client, carer, manager):
    log_in(staff_client, carer)
    before = staff_client.cookies["azukari-staff"].value
    locked = staff_client.post("/lock/")
    log_in(staff_client, manager)

    assert locked["Clear-Site-Data"] == '"cache"'
    assert "no-store" in locked["Cache-Control"]
    assert staff_client.cookies["azukari-staff"].value != before
    assert not StaffSession.objects.filter(session_key=digest_of(before)).exists()


def test_an_old_screen_stays_shut_when_its_person_is_back(staff_client, carer):
    """A copied session cookie, at the same terminal, after its screen was locked."""
    log_in(staff_client, carer)
    old = staff_client.cookies["azukari-staff"].value
    row = StaffSession.objects.get(session_key=digest_of(old))
    staff_client.post("/lock/")
    row.save(force_insert=True)
    tap(staff_client, carer, pin=PIN)
    assert is_in(staff_client)

    staff_client.cookies["azukari-staff"] = old

    assert not is_in(staff_client)


# The first time


@pytest.fixture
def newcomer(carer):
    """Whose password the center has given out."""
    carer.credential.delete()
    return carer


NEW = {"password": "akai-fuusen-to-neko", "password_again": "akai-fuusen-to-neko"}
NEW_PIN = {"pin": "508263", "pin_again": "508263"}


def test_at_the_first_log_in_password_and_pin_are_chosen(staff_client, newcomer):
    answer = log_in(staff_client, newcomer, next="/records/child/")

    assert answer["Location"] == "/login/choose/"
    assert not is_in(staff_client)
    assert staff_client.get("/login/choose/").status_code == 200
    done = staff_client.post("/login/choose/", NEW | NEW_PIN)
    assert done["Location"] == "/records/child/"
    assert is_in(staff_client)
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW["password"])
    staff_client.post("/lock/")
    assert tap(staff_client, newcomer, pin=NEW_PIN["pin"])["Location"] == "/"
    assert sorted(row[0] for row in acts("password", "pin", "login")) == [
        "login", "password", "pin",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": PASSWORD, "password_again": PASSWORD}, "今のパスワードと同じです"),
        ({"password": "kurz", "password_again": "kurz"}, "12"),
        ({"password_again": "anders"}, "2回の入力が違います"),
        ({"pin": "123456", "pin_again": "123456"}, "推測されやすい番号です"),
        ({"pin": "12345", "pin_again": "12345"}, "数字6桁で入力してください"),
        ({"pin": "100123", "pin_again": "100123"}, "推測されやすい番号です"),
        ({"pin_again": "508264"}, "2回の入力が違います"),
    ],
)
def test_a_choice_that_is_none_is_said_at_its_field(staff_client, newcomer, change, said):
    log_in(staff_client, newcomer)

    page = staff_client.post("/login/choose/", NEW | NEW_PIN | change)

    assert page.status_code == 200
    assert said in page.content.decode()
    assert not is_in(staff_client)


def test_nobody_chooses_without_the_password(staff_client, newcomer):
    assert staff_client.post("/login/choose/", NEW | NEW_PIN)["Location"] == "/login/"
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)


def test_a_pin_is_changed_with_the_password(staff_client, carer):
    staff_client.log_in(carer)
    refused = staff_client.post("/pin/", NEW_PIN | {"old_password": "falsch"})
    assert refused.status_code == 200
    done = staff_client.post("/pin/", NEW_PIN | {"old_password": PASSWORD})

    assert done.status_code == 302
    staff_client.post("/lock/")
    assert 'name="pin"' in tap(staff_client, carer, pin=PIN).content.decode()
    assert tap(staff_client, carer, pin=NEW_PIN["pin"])["Location"] == "/"
