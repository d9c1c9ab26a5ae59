"""Load what is true everywhere: facilities, rules, texts of consent."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand
from django.core.serializers.base import DeserializedObject
from django.db import connection, models, transaction

from history import context

FOLDER = settings.ROOT / "fixtures" / "reference"
# In the order in which they refer to each other.
FILES = ("facilities.json", "rules.json", "consents.json")
# Numbers below are the files' own: a row made by hand never takes the place of one to come.
FIRST_OWN_NUMBER = 1000


class Command(BaseCommand):
    help = "Adds the rows of fixtures/reference that are missing; what is there stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        with context.acting("system:reference"), transaction.atomic():
            seen = set()
            for row in _rows():
                model = type(row.object)
                seen.add(model)
                # The center may have changed it since, or ended that version of a rule.
                if not model._base_manager.filter(pk=row.object.pk).exists():
                    row.save(force_insert=True)
            for model in seen:
                _number_on(model)


def _rows() -> Iterator[DeserializedObject]:
    for name in FILES:
        yield from serializers.deserialize("json", (FOLDER / name).read_text())


def _number_on(model: type[models.Model]) -> None:
    """The next row made by hand gets a number that no file uses."""
    highest = model._base_manager.aggregate(highest=models.Max("pk"))["highest"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
            [model._meta.db_table, model._meta.pk.column, max(highest, FIRST_OWN_NUMBER - 1)],
        )
