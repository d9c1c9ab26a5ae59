"""The roles of the entries end what hangs, and the owner's migrations do not."""

import pytest
from django.db import connection

from history.roles import LIMITS
from history.walls import OWNER
from tests.database import connect

ASKED = ("statement_timeout", "idle_in_transaction_session_timeout")


def limits_of(role: str) -> dict[str, str]:
    with connect(connection.settings_dict["NAME"], role) as found:
        return {name: found.execute(f"SHOW {name}").fetchone()[0] for name in ASKED}


@pytest.mark.parametrize("role", LIMITS)
def test_a_session_of_an_entry_has_its_limits(db, role):
    assert limits_of(role) == LIMITS[role]


def test_the_owner_has_none(db):
    assert limits_of(OWNER) == dict.fromkeys(ASKED, "0")
