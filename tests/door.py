"""What people do at the door of the staff entry, by its pages."""

import datetime as dt

from history import clock
from history.models import Entry
from records import one_time_codes
from records.models import SignIn
from tests.factories.records import PASSWORD

NINE = clock.at(dt.date(2026, 11, 24), dt.time(9))


def log_in(client, user, password=PASSWORD, **more):
    data = {"username": user.username, "password": password}
    return client.post("/login/", data | more)


def enrol(client):
    """The second factor of somebody whose role asks for it, after the first password."""
    secret = client.get("/login/factor/").context["secret"].replace(" ", "")
    code = one_time_codes.code_at(secret, clock.now())
    return client.post("/login/factor/", {"code": code})


def tiles(client):
    page = client.get("/login/")
    return [each.user.name for each, _asks in page.context["tiles"]]


def tap(client, user, **typed):
    number = SignIn.objects.get(user=user, ended_at=None).pk
    return client.post(f"/login/{number}/", typed)


def is_in(client):
    return client.get("/today/").status_code == 200


def acts(*wanted):
    found = Entry.objects.order_by("at").values_list("act", "actor", "purpose")
    return [row for row in found if not wanted or row[0] in wanted]
