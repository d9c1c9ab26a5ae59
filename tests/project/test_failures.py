"""Wrong passwords and PINs: counted per account and per terminal."""

import datetime as dt

import time_machine

from tests.door import NINE, acts, log_in, tap, tiles
from tests.entries import EntryClient
from tests.factories.records import StaffUserFactory


def test_five_wrong_pins_stop_the_account_and_not_the_terminal(staff_client, carer, manager):
    log_in(staff_client, carer)
    staff_client.post("/lock/")

    answers = [tap(staff_client, carer, pin="111111") for _ in range(5)]

    assert [each.status_code for each in answers] == [200, 200, 200, 200, 429]
    text = answers[-1].content.decode()
    assert "施設責任者またはセンターが解除できます" in text
    assert [row[0] for row in acts("login_failed", "locked")] == ["login_failed"] * 5 + ["locked"]
    # Neither the right PIN, whose tile is gone, nor the right password
    assert tiles(staff_client) == []
    assert log_in(staff_client, carer).status_code == 429
    # But whoever else is there
    assert log_in(staff_client, manager).status_code == 302


def test_a_stop_ends_by_itself(staff_client, carer):
    with time_machine.travel(NINE, tick=False) as traveller:
        staff_client.at_terminal()
        for _ in range(5):
            last = log_in(staff_client, carer, "falsch")
        assert "9:30" in last.content.decode()
        traveller.shift(dt.timedelta(minutes=29))
        assert log_in(staff_client, carer).status_code == 429
        traveller.shift(dt.timedelta(minutes=1))

        assert log_in(staff_client, carer).status_code == 302


def test_failures_of_one_account_count_at_all_terminals(staff_client, carer):
    other = EntryClient("staff").at_terminal("nerima")
    for client in (staff_client, other, staff_client, other):
        log_in(client, carer, "falsch")

    assert log_in(staff_client, carer, "falsch").status_code == 429
    assert log_in(other, carer).status_code == 429


def test_a_right_password_begins_the_count_anew(staff_client, carer):
    for _ in range(2):
        for _ in range(4):
            assert log_in(staff_client, carer, "falsch").status_code == 200
        assert log_in(staff_client, carer).status_code == 302


def test_a_terminal_is_stopped_for_all_after_twenty_failures(staff_client, carer, manager):
    staff = [StaffUserFactory.create() for _ in range(5)]

    answers = [log_in(staff_client, user, "falsch").status_code for user in staff for _ in range(4)]

    assert answers == [200] * 19 + [429]
    refused = log_in(staff_client, carer)
    assert refused.status_code == 429
    assert "もう1台の端末" in refused.content.decode()
    # The other terminal of the facility is there.
    assert log_in(EntryClient("staff").at_terminal("nerima"), carer).status_code == 302


def test_unknown_names_count_for_the_terminal(staff_client):
    answers = [
        staff_client.post("/login/", {"username": f"X{n}", "password": "x"}).status_code
        for n in range(20)
    ]

    assert answers == [200] * 19 + [429]
    assert [row[1] for row in acts("login_failed")] == ["system:sign-in"] * 20
