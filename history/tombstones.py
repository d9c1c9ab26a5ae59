"""Legal erasure: the content of a row goes, what proves that it was there stays."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, models, transaction

from history import context
from history.context import Context
from history.enums import Act
from history.models import Entry, Shape, Tombstone
from history.triggers import TEXT_SETTINGS, fingerprint
from history.walls import history_model

# What of an entry may be erased. That something was done, when and how stays.
ENTRY_FIELDS: Mapping[str, object] = {
    "actor": "", "address": "", "terminal": "", "path": "", "object_ids": [], "child_ids": [],
}  # fmt: skip


def erase(row: models.Model, *, fields: Mapping[str, object], basis: str, by: Context) -> Tombstone:
    """Put `fields` (name: what stands there instead) into an entry or a history row for good.

    For the owner of the database alone. `basis` is the law or the order that demands it, by its
    name and number, in 40 characters; `by` is who does it. The entry that is written names the
    row, the fields and the basis, and its digest binds what remains, so nothing more can be taken
    away under it.
    Erasing what is erased is an error (IntegrityError).
    """
    table = row._meta.db_table
    shape = Shape.objects.filter(table=table).order_by("-id")[:1].get()
    with transaction.atomic():
        context.enter(by)
        entry = Entry(
            at=by.at, act=Act.ERASE, actor=by.actor, role=by.role, entry=by.entry,
            address=by.address, terminal=by.terminal, request=by.request, purpose=basis,
            model=shape.label, object_ids=[str(row.pk)], fields=sorted(fields),
        )  # fmt: skip
        stone = Tombstone.objects.create(
            table=table, row=str(row.pk), shape=shape, entry_id=entry.pk
        )
        type(row)._base_manager.filter(pk=row.pk).update(**fields)
        entry.digest = _remaining(row, shape)
        entry.save(force_insert=True)
    return stone


def erase_record(
    model: type[models.Model], key: object, *, fields: Mapping[str, object], basis: str, by: Context
) -> list[Tombstone]:
    """Put `fields` into a tracked record and into all of its history that holds anything else.

    The record itself changes like any other, and its history goes on from there; it may be gone
    already. The rest is as with `erase`.
    """
    with transaction.atomic():
        context.enter(dataclasses.replace(by, reason=basis))
        model._base_manager.filter(pk=key).update(**fields)
        rows = list(holding(model, key, fields))
        return [erase(row, fields=fields, basis=basis, by=by) for row in rows]


def holding(
    model: type[models.Model], key: object, fields: Mapping[str, object]
) -> Iterator[models.Model]:
    """The rows of a record's history in which anything but `fields` stands, the oldest first."""
    rows: Any = history_model(model)
    named = {model._meta.pk.name: key}  # type: ignore[union-attr]
    for row in rows._base_manager.filter(**named).order_by("history_id"):
        if any(getattr(row, name) != value for name, value in fields.items()):
            yield row


def erase_living(row: models.Model, *, fields: Mapping[str, object], by: Context) -> None:
    """Where a record still holds what a row of its history holds, put `fields` there as well.

    After a restore that is so with what was corrected and erased after the backup.
    """
    model: Any = getattr(row, "instance_type", None)
    if model is None:
        return
    record = model._base_manager.filter(pk=getattr(row, model._meta.pk.name)).first()
    same = {
        name: value
        for name, value in fields.items()
        if record is not None and value != getattr(record, name) == getattr(row, name)
    }
    if same:
        with transaction.atomic():
            context.enter(by)
            model._base_manager.filter(pk=record.pk).update(**same)


def _remaining(row: models.Model, shape: Shape) -> str:
    key = row._meta.pk.column  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        for name, value in TEXT_SETTINGS.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        cursor.execute(
            f"SELECT encode({fingerprint(shape.columns)}, 'hex')"
            f' FROM "{shape.table}" WHERE "{key}" = %s',
            [row.pk],
        )
        (digest,) = cursor.fetchone()
    return digest
