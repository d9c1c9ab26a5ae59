"""What the law had erased must not come back with a backup from before.

A list of all erasures lies beside the backups, sealed, in both places; what it holds is where and
by which basis, and what stands there instead. The worker brings it up to date every five minutes. A
restore asks the database it replaces as well, if there is one, and replays them all.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from psycopg import sql

from azukari.backups import places
from azukari.backups.archive import key_ring
from azukari.backups.sealing import SealedWriter, unsealed
from history import tombstones
from history.context import Context
from history.models import Tombstone

NAME = "erasures.sealed"
BOUND_TO = "erasures"
ACTOR = "system:restore"

# Table, key, what stands in the fields now, and the basis.
Erasure = dict[str, Any]


def collect(address: str) -> list[Erasure]:
    """All erasures of a database, as one who reads everything."""
    with psycopg.connect(address) as connection:
        found = connection.execute(
            "SELECT t.table_name, t.row, e.fields, e.purpose FROM history_tombstone t"
            " JOIN history_entry e ON e.id = t.entry_id ORDER BY t.id"
        ).fetchall()
        return [
            {
                "table": table, "row": row, "basis": basis,
                "fields": _standing(connection, table, row, fields),
            }
            for table, row, fields, basis in found
        ]  # fmt: skip


def write(erasures: Iterable[Erasure]) -> None:
    """Write the list into both places; what an older one named stays named."""
    for folder in filter(None, (places.first(), places.second())):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        together = merged(read(folder / NAME), erasures)
        waiting = folder / f".{NAME}"
        with waiting.open("wb") as file:
            sealed = SealedWriter(file, next(iter(key_ring().values())), BOUND_TO)
            sealed.write(json.dumps(together, cls=DjangoJSONEncoder).encode())
            sealed.finish()
        waiting.rename(folder / NAME)


def read(path: Path) -> list[Erasure]:
    """The list of a file; none where there is none. Raises Damaged."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        return json.loads(b"".join(unsealed(file, key_ring(), BOUND_TO)))


def known() -> list[Erasure]:
    """The lists of both places together."""
    lists = [read(folder / NAME) for folder in filter(None, (places.first(), places.second()))]
    return merged(*lists)


def merged(*lists: Iterable[Erasure]) -> list[Erasure]:
    by_place = {(each["table"], each["row"]): each for found in lists for each in found}
    return list(by_place.values())


def replay(erasures: Iterable[Erasure], *, by: Context) -> int:
    """Erase in this database what is not erased here yet; how many rows. For its owner.

    A row that came into being after the backup is not here, and nothing is to be done. A record
    that holds again what was erased from its history is emptied with it.
    """
    count = 0
    for each in erasures:
        model = _model(each["table"])
        row = model._base_manager.filter(pk=each["row"]).first()
        is_done = Tombstone.objects.filter(table=each["table"], row=each["row"]).exists()
        if row is None or is_done:
            continue
        fields = {
            name: _field(model, name).to_python(value) for name, value in each["fields"].items()
        }
        tombstones.erase_living(row, fields=fields, by=by)
        tombstones.erase(row, fields=fields, basis=each["basis"], by=by)
        count += 1
    return count


def _standing(
    connection: psycopg.Connection, table: str, row: str, fields: Iterable[str]
) -> dict[str, Any]:
    """What stands in the erased fields of a row now."""
    model = _model(table)
    key: Any = model._meta.pk
    standing = {name: _field(model, name) for name in fields}
    found = connection.execute(
        sql.SQL("SELECT {} FROM {} WHERE {}::text = %s").format(
            sql.SQL(", ").join(sql.Identifier(each.column) for each in standing.values()),
            sql.Identifier(table),
            sql.Identifier(key.column),
        ),
        [row],
    ).fetchone()
    return {
        name: _read(standing[name], value)
        for name, value in zip(standing, found or (), strict=True)
    }


def _read(field: Any, value: Any) -> Any:
    """As the program reads it: what is encrypted is opened."""
    opens = getattr(field, "from_db_value", None)
    return opens(value, None, None) if opens else value


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _model(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)
