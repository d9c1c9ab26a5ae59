"""What the center decides: rules, fee tables, 募集, beginnings, stops, facilities; few rows each.

Booking asks about all of them: inside `reading_once` one statement reads them together.
"""

import datetime as dt
import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models

from booking.models import Release, Tariff, UseRule
from booking.models.parts import Bundle
from history.walls import AT
from records.enums import Begun, Function
from records.models import Facility, Opening, ServiceStop

BOOK: tuple[type[models.Model], ...] = (Facility, Opening, Release, ServiceStop, Tariff, UseRule)
# A stop that is over closes nothing any more.
CONDITIONS = {ServiceStop: f"(ends_at <= {AT}) IS NOT TRUE"}
# What `reading_once` has read so far; None outside of it.
_READ: ContextVar[dict[type[models.Model], list[Any]] | None] = ContextVar("read", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Inside, the book is read when it is first asked for, and kept."""
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def rows(model: type[models.Model]) -> list[Any]:
    """Every row of one of the book's tables, with what lies below or beside it. One statement."""
    kept = _READ.get()
    if kept is None:
        return list(_alone(model))
    if not kept:
        kept |= _read()
    return kept[model]


def beginnings(facility_id: int) -> list[Opening]:
    """When booking begins at a facility: its own rows and those of the whole ward."""
    return [
        row
        for row in rows(Opening)
        if row.function == Begun.BOOKING and row.facility_id in (None, facility_id)
    ]


def stops(function: Function, facility_id: int, at: dt.datetime) -> list[ServiceStop]:
    """What closes a function at a facility at a moment."""
    return [row for row in rows(ServiceStop) if row.closes(function, facility_id, at)]


def _alone(model: type[models.Model]) -> models.QuerySet[Any]:
    found = model._default_manager.all()
    if issubclass(model, Bundle):
        return found.with_parts()  # type: ignore[attr-defined,no-any-return]
    return found.select_related("facility") if model is Release else found


def _read() -> dict[type[models.Model], list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_statement())
        written = cursor.fetchone()
    book = {
        model: [_row(model, values) for values in json.loads(text or "[]")]
        for model, text in zip(BOOK, written, strict=True)
    }
    places = {place.pk: place for place in book[Facility]}
    for model in BOOK[1:]:
        for row in book[model]:
            row.facility = places.get(row.facility_id)
    return book


@functools.cache
def _statement() -> str:
    return f"SELECT {', '.join(f'({_all_of(model)})' for model in BOOK)}"


def _all_of(model: type[models.Model]) -> str:
    table = model._meta.db_table
    below = ""
    if issubclass(model, Bundle):
        below = f" || jsonb_build_object('rows', {model.parts_sql()})"
    all_of = f"SELECT jsonb_agg(to_jsonb({table}){below} ORDER BY {table}.id) FROM {table}"  # noqa: S608  names of our own tables
    return f"{all_of} WHERE {CONDITIONS[model]}" if model in CONDITIONS else all_of


def _row(model: type[models.Model], values: dict[str, Any]) -> Any:
    """The row that PostgreSQL wrote as an object."""
    fields = model._meta.concrete_fields
    row = model.from_db(
        DEFAULT_DB_ALIAS,
        [field.attname for field in fields],
        [_python(field, values[str(field.column)]) for field in fields],
    )
    if "rows" in values:
        row.__dict__["rows"] = values["rows"]
    return row


def _python(field: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [field.base_field.to_python(each) for each in value]
    return field.to_python(value)
