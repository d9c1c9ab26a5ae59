"""The floor: the least that taking a place could cost here. Not to be slowed.

Asked in a process (`take_a_place`), or over HTTP: the same server, workers and database answer a
POST behind Django's own middleware, with a new row of session each time (`floor_settings`).
"""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLES = """
CREATE TABLE floor_slot (id int PRIMARY KEY, free int NOT NULL CHECK (free >= 0));
CREATE TABLE floor_booking (id bigserial PRIMARY KEY, slot int NOT NULL, at timestamptz);
INSERT INTO floor_slot VALUES (1, 1000000);
"""
# For the role of the public entry.
GRANTS = """
GRANT SELECT, UPDATE ON floor_slot TO azukari_public;
GRANT SELECT, INSERT ON floor_booking TO azukari_public;
GRANT USAGE ON SEQUENCE floor_booking_id_seq TO azukari_public;
"""


def prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute(GRANTS)


def offer(places: int) -> None:
    """So many places from now on, and nobody has one."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE floor_booking")
        cursor.execute("UPDATE floor_slot SET free = %s", [places])


def taken() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM floor_booking")
        return cursor.fetchone()[0]


def take_a_place() -> bool:
    """One conditional update and one insert, in one transaction; whether there was a place."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE floor_slot SET free = free - 1 WHERE id = 1 AND free > 0")
        if cursor.rowcount == 0:
            return False
        cursor.execute("INSERT INTO floor_booking (slot, at) VALUES (1, now())")
    return True


def take(request: HttpRequest) -> HttpResponse:
    """With a session of its own each time."""
    request.session.create()
    return take_signed_in(request)


def take_signed_in(request: HttpRequest) -> HttpResponse:
    if take_a_place():
        return HttpResponse(status=302, headers={"Location": "/"})
    return HttpResponse("full")


def is_up(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("take/", take), path("healthz", is_up)]
