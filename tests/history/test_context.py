import uuid

import pytest
from django.db import connection

from history import context
from history.context import NAMES, Context
from tests.database import act_as


def told():
    with connection.cursor() as cursor:
        settings = [f"current_setting('app.{name}', true)" for name in NAMES]
        cursor.execute(f"SELECT {', '.join(settings)}")
        return dict(zip(NAMES, cursor.fetchone(), strict=True))


def test_enter_tells_the_database(db):
    household = uuid.uuid4()

    context.enter(Context(actor="7", role="carer", facilities=(2, 3), household=household))

    values = told()
    assert (values["actor"], values["role"]) == ("7", "carer")
    assert (values["facilities"], values["household"]) == ("{2,3}", str(household))


def test_no_facilities_are_the_empty_text(db):
    context.enter(Context(actor="7"))

    assert told()["facilities"] == ""


def test_leave_clears_everything(db):
    context.enter(Context(actor="7", role="carer", facilities=(2,), reason="x"))

    context.leave()

    assert set(told().values()) == {""}


def test_an_unknown_value_is_refused(db):
    with pytest.raises(ValueError, match="not in the context"):
        context.state(colour="red")


def test_a_context_ends_with_its_transaction(real_database):
    act_as("")
    with context.acting("system:test", role="center"):
        inside = told()["actor"]

    assert inside == "system:test"
    assert set(told().values()) <= {"", None}
