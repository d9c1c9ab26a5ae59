"""How many statements the holding of a seat asks while it has the slots locked."""

import uuid

from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.models import Child
from tests.entries import EntryClient

LOCK = "FOR UPDATE"


def statements_of_a_hold(form: dict[str, object]) -> list[str]:
    """All that the public entry asks for a POST that holds a seat, from its middleware on."""
    user = Child.objects.get(pk=form["child"]).household.parents.get().user
    browser = EntryClient("public").log_in(user)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.post("/booking/hikarigaoka/new/", form | {"key": uuid.uuid4()})
    assert answer.status_code == 302
    return [each["sql"] for each in asked.captured_queries]


def statements_under_lock(form: dict[str, object]) -> int:
    """Those after the lock of the slots, up to the commit and with it. Needs real commits."""
    asked = statements_of_a_hold(form)
    locked = next(n for n, sql in enumerate(asked) if LOCK in sql and "booking_slot" in sql)
    return asked.index("COMMIT", locked) - locked
