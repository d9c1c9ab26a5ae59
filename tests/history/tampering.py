"""Hands in the past: what the owner of the database can do, who takes the triggers away first."""

import datetime as dt

from django.db import connection

from history import sealing
from history.enums import Act
from history.models import Entry

AT = dt.datetime(2026, 11, 5, 9, 30, tzinfo=dt.UTC)


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def commit():
    """What a commit does to the ledger: the entries for changes are written."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")


def seal(at=AT):
    commit()
    return sealing.seal(at=at)


def read(number, at=AT):
    """One entry for a reading, by a person of that number."""
    return Entry.objects.create(at=at, act=Act.VIEW, actor=str(number))


def tamper(table, statement, *values):
    """Change `table` as its owner, with the triggers that would refuse it out of the way."""
    commit()
    sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    sql(statement, *values)
    sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def recompute():
    """Make the chain anew over the entries as they stand now, as if they had always been so."""
    (columns,) = sql("SELECT columns FROM history_shape WHERE table_name = 'history_entry'")[0]
    names = ", ".join(f'e."{column}"' for column in columns)
    for name, value in sealing_settings():
        sql(f"SET LOCAL {name} = {value}")
    last = sql("SELECT sha256('azukari')")[0][0]
    sql("ALTER TABLE history_seal DISABLE TRIGGER USER")
    for position, content in sql(
        f"SELECT s.position, sha256(convert_to(ROW({names})::text, 'UTF8'))"
        " FROM history_seal s JOIN history_entry e ON e.id = s.entry_id ORDER BY s.position"
    ):
        last = sql("SELECT sha256(%s::bytea || %s::bytea)", bytes(last), bytes(content))[0][0]
        sql(
            "UPDATE history_seal SET content = %s, hash = %s WHERE position = %s",
            bytes(content), bytes(last), position,
        )  # fmt: skip
    sql("ALTER TABLE history_seal ENABLE TRIGGER USER")
    sql("UPDATE history_head SET hash = %s", bytes(last))


def sealing_settings():
    return {
        "timezone": "'UTC'", "datestyle": "'ISO, YMD'", "intervalstyle": "'postgres'",
        "bytea_output": "'hex'", "extra_float_digits": "1",
    }.items()  # fmt: skip
