"""Wrap the data keys anew, under the first of AZUKARI_DATA_KEYS. No row is rewritten."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from history import context
from records import keys


class Command(BaseCommand):
    help = (
        "Wraps every data key under the first of AZUKARI_DATA_KEYS; the others may go afterwards. "
        "With --new-key what is written from now on is encrypted under a fresh data key as well."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new-key", action="store_true", help="make a fresh data key")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with context.acting("system:keys"):
                count = keys.rewrap()
                number = keys.add_data_key() if options["new_key"] else None
        except (LookupError, ValueError) as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        finally:
            keys.forget()
        first = next(iter(keys.wrapping_keys()))
        self.stdout.write(f"{count} data keys wrapped anew; all are under {first}")
        if number is not None:
            self.stdout.write(f"data key {number} encrypts from now on; restart every process")
