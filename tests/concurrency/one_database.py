"""One database with real commits for all races of a module: a copy for each would take longer."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.database import ACTOR, RealDatabase, act_as, copied_database

# All that a race leaves behind, of the tables of booking; what refers to them goes as well.
LEFT = (
    "booking_slot", "booking_booking", "booking_bookingrequest", "booking_roster",
    "booking_capacitychange", "booking_closure", "booking_waiting",
)  # fmt: skip


@pytest.fixture(scope="module")
def real_database(django_db_setup, django_db_blocker) -> Iterator[RealDatabase]:
    with django_db_blocker.unblock(), copied_database() as found:
        yield found


def clear() -> None:
    """No slots, and nothing booked."""
    act_as(ACTOR)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(LEFT)} CASCADE")


@contextmanager
def without_constraint(table: str, name: str) -> Iterator[None]:
    """The table without it; nothing that it refuses may be left when it comes back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
        )
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    clear()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
