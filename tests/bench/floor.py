"""The floor: the least that taking a place could cost on this database. Not to be slowed."""

from django.db import connection, transaction

TABLES = """
CREATE TABLE floor_slot (id int PRIMARY KEY, free int NOT NULL CHECK (free >= 0));
CREATE TABLE floor_booking (id bigserial PRIMARY KEY, slot int NOT NULL, at timestamptz);
INSERT INTO floor_slot VALUES (1, 1000000);
"""


def prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)


def take_a_place() -> None:
    """One conditional update and one insert, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE floor_slot SET free = free - 1 WHERE id = 1 AND free > 0")
        cursor.execute("INSERT INTO floor_booking (slot, at) VALUES (1, now())")
