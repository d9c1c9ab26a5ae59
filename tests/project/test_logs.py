"""An error leaves a trace for whoever runs it, and nothing about a family in it."""

import io
import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from azukari.logs import Formatter

NAME = "はなこ"


def logged(raising):
    """What stands in the log of an entry that failed so."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter("{levelname} {message}", style="{"))
    record_of = logging.Logger("failing")  # noqa: LOG001  one of its own
    record_of.addHandler(handler)
    try:
        raising()
    except Exception:
        record_of.exception("Internal Server Error: /my/")
    return stream.getvalue()


def test_both_entries_write_what_failed_on_standard_error():
    (name,) = settings.LOGGING["root"]["handlers"]
    handler = settings.LOGGING["handlers"][name]

    assert handler["class"] == "logging.StreamHandler"
    assert settings.LOGGING["formatters"][handler["formatter"]]["()"] == "azukari.logs.Formatter"
    # The logger of failed requests has no level or handler in between that swallows them.
    assert logging.getLogger("django.request").getEffectiveLevel() == logging.ERROR
    assert logging.getLogger("django.request").propagate


def test_where_it_happened_can_be_read():
    text = logged(lambda: settings.ROOT / 1)

    assert text.startswith("ERROR Internal Server Error: /my/\nTraceback (most recent call last):")
    assert f'File "{__file__}"' in text
    assert "TypeError: unsupported operand" in text


def test_the_row_that_the_database_refuses_is_not_shown(database):
    """The negative control: where no wall keeps it from it, PostgreSQL does quote the row."""

    def doubling():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE family (name text CONSTRAINT one_name UNIQUE)")
            cursor.execute("INSERT INTO family VALUES (%s), (%s)", [NAME, NAME])

    with pytest.raises(IntegrityError, match=NAME):
        doubling()
    text = logged(doubling)

    assert NAME not in text
    assert 'duplicate key value violates unique constraint "one_name"' in text
    assert "IntegrityError" in text


@pytest.mark.parametrize(
    "statement",
    ["SELECT 'はなこ'::date", "SELECT 'はなこ'::uuid", "SELECT 1 / (length('はなこ') - 3)"],
)
def test_values_are_not_quoted(database, statement):
    def asking():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    assert NAME not in logged(asking)


def test_later_lines_of_a_message_are_left_out():
    message = f"not so\n  {NAME}さんの住所\nKey: {NAME}"

    def failing():
        raise ValueError(message)

    text = logged(failing)

    assert text.splitlines()[-1] == "ValueError: not so"
