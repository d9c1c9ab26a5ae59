"""A screen at which nobody acts is locked, whatever the request; what was typed waits."""

import datetime as dt

import pytest
import time_machine

from history import clock
from records import drafts
from tests.door import NINE, acts, is_in, log_in, tap
from tests.entries import settings_of
from tests.factories.booking import BookingFactory
from tests.factories.records import ChildFactory, facility
from tests.factories.terminals import PIN


@pytest.mark.parametrize(("seconds", "is_open"), [(300, True), (301, False)])
def test_an_idle_screen_is_locked_for_every_request(staff_client, carer, seconds, is_open):
    with time_machine.travel(NINE, tick=False) as traveller:
        staff_client.log_in(carer)
        traveller.shift(dt.timedelta(seconds=seconds))

        answers = [
            staff_client.get("/today/"), staff_client.get("/records/child/?q=a"),
            staff_client.post("/facility/", {"facility": facility("nerima").pk}),
            staff_client.get("/today/", headers={"Sec-Fetch-Mode": "cors"}),
            staff_client.post("/present/"),
        ]  # fmt: skip

    assert [not each.headers.get("Location", "").startswith("/login/") for each in answers] == [
        is_open
    ] * 5


def test_the_lock_stays_and_leaves_one_entry(staff_client, carer):
    with time_machine.travel(NINE, tick=False) as traveller:
        staff_client.log_in(carer)
        traveller.shift(dt.timedelta(minutes=6))
        assert not is_in(staff_client)
        assert not is_in(staff_client)
        # Back in time for the PIN to be spared, were it not that the screen is shut.
        traveller.shift(dt.timedelta(minutes=-5))
        assert not is_in(staff_client)

    assert acts("lock") == [("lock", str(carer.pk), "idle")]


def test_work_keeps_a_screen_open_and_what_a_page_fetches_does_not(staff_client, carer):
    with time_machine.travel(NINE, tick=False) as traveller:
        staff_client.log_in(carer)
        for _ in range(3):
            traveller.shift(dt.timedelta(minutes=4))
            assert is_in(staff_client)
        for _ in range(2):
            traveller.shift(dt.timedelta(minutes=2))
            staff_client.get("/today/", headers={"Sec-Fetch-Mode": "cors"})
        traveller.shift(dt.timedelta(minutes=2))

        assert not is_in(staff_client)


def test_typing_keeps_a_screen_open(staff_client, carer):
    with time_machine.travel(NINE, tick=False) as traveller:
        staff_client.log_in(carer)
        for _ in range(4):
            traveller.shift(dt.timedelta(minutes=4))
            staff_client.post("/present/", headers={"Sec-Fetch-Mode": "cors"})

        assert is_in(staff_client)


@pytest.fixture
def card(carer):
    """A page with a form that shows drafts."""
    child = ChildFactory.create(registered=True)
    return f"/today/{BookingFactory.create(child=child, facility=facility('nerima')).pk}/card/"


TYPED = {"text": "帽子を忘れずにかぶせてください", "scope": "standing"}


def test_a_page_that_gives_way_keeps_what_was_typed(staff_client, carer, card):
    """What presence.js sends when nobody has acted for a while."""
    log_in(staff_client, carer)
    answer = staff_client.post("/lock/", TYPED | {"idle": card})

    assert answer["Location"] == f"/login/?next={card.replace('/', '%2F')}"
    assert TYPED["text"] not in staff_client.get(answer["Location"]).content.decode()
    assert not is_in(staff_client)
    assert tap(staff_client, carer, next=card)["Location"] == card
    assert TYPED["text"] in staff_client.get(card).content.decode()
    assert acts("lock") == [("lock", str(carer.pk), "idle")]


def test_a_colleague_finds_nothing_of_it(staff_client, carer, manager, card):
    log_in(staff_client, carer)
    staff_client.post("/lock/", TYPED | {"idle": card})
    log_in(staff_client, manager)

    assert TYPED["text"] not in staff_client.get(card).content.decode()
    staff_client.post("/lock/", {"hand_over": "1"})
    tap(staff_client, carer)
    assert TYPED["text"] not in staff_client.get(card).content.decode()


def test_a_form_sent_after_the_lock_waits_for_its_person(staff_client, carer, card):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        log_in(staff_client, carer)
        traveller.shift(dt.timedelta(minutes=6))
        sent = staff_client.post(card, TYPED)
        assert "画面がロックされました" in staff_client.get(sent["Location"]).content.decode()
        tap(staff_client, carer, pin=PIN)

        assert TYPED["text"] in staff_client.get(card).content.decode()


@pytest.mark.parametrize("path", ["/records/user/", "https://evil.example/", "/nonsense", ""])
def test_only_forms_that_show_drafts_are_kept(staff_client, carer, path):
    log_in(staff_client, carer)
    staff_client.post("/lock/", TYPED | {"idle": path})

    with settings_of("staff"):
        assert drafts.KEY not in staff_client.session


def test_the_time_is_a_setting(staff_client, carer, settings):
    settings.IDLE_MINUTES = 15
    with time_machine.travel(NINE, tick=False) as traveller:
        staff_client.log_in(carer)
        traveller.shift(dt.timedelta(minutes=14))

        assert is_in(staff_client)
