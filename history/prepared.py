"""Queries whose SQL is built once, for what a rush asks of every request.

Django builds the SQL of a queryset anew whenever it is asked; of a query that finds one row by its
key that is most of the time. What is built is text without rows: nothing is kept of what was read.
The database keeps its plan, too, as long as the connection lives: behind the walls, planning takes
longer than finding a row.
"""

import copy
import functools
import inspect
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Choices, Expression, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")


class Later(Expression):
    """A value that is given when the query is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return "%s", (self,)


class Prepared(Generic[Row]):
    """What `prepared` makes of a function."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        self.names = inspect.signature(build).parameters.keys()
        functools.update_wrapper(self, build)

    def __call__(self, **values: object) -> list[Row]:
        """The rows, read with these values in the places of the function's parameters.

        Raises TypeError for other names, and for None, which equals nothing.
        """
        if values.keys() != self.names or None in values.values():
            raise TypeError(f"{self.build.__name__} takes a value for each of {self.names}")
        queryset, compiler, sql, parameters = self._built
        asked = copy.copy(compiler)
        asked.connection = connections[DEFAULT_DB_ALIAS]
        filled = tuple(
            _plain(values[each.name]) if isinstance(each, Later) else each for each in parameters
        )
        # As the compiler hands them on: in lots, of which these few are one.
        asked.execute_sql = lambda *_args, **_options: [_found(asked.connection, sql, filled)]  # type: ignore[method-assign, assignment]
        asking = queryset.all()
        asking.query.get_compiler = lambda *_args, **_options: asked  # type: ignore[method-assign]
        return list(asking)

    @functools.cached_property
    def _built(self) -> tuple[QuerySet[Any, Row], SQLCompiler, str, tuple[Any, ...]]:
        queryset = self.build(**{name: Later(name) for name in self.names})
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        return queryset, compiler, sql, tuple(parameters)


def prepared(build: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    """A query by the values of its parameters, each of which stands for one value in a condition.

    The function runs once: what it decides by anything else (who asks, the language, a list, None)
    it decides for all that follow.
    """
    return Prepared(build)


class _Planned(ServerBindingCursor):
    """Has the database keep the plan; values travel beside the text."""

    def execute(self, query: Any, params: Any = None) -> Any:
        return super().execute(query, params, prepare=True)  # type: ignore[misc]

    def _convert_query(self, query: Any, params: Any = None) -> Any:
        # Where Django looks for what was asked.
        self._query = super()._convert_query(query, params)  # type: ignore[misc]
        return self._query


def _found(connection: Any, sql: str, values: tuple[object, ...]) -> list[Any]:
    connection.ensure_connection()
    driver = connection.connection
    usual, driver.cursor_factory = driver.cursor_factory, _Planned
    try:
        cursor = connection.cursor()
    finally:
        driver.cursor_factory = usual
    with cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _plain(value: object) -> object:
    """As the driver writes it."""
    if isinstance(value, Model):
        return value.pk
    return value.value if isinstance(value, Choices) else value
