"""Erase by order of the law: a record in all of its history, or an entry of the ledger."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DataError, IntegrityError

from azukari import erasing
from history import clock


class Command(BaseCommand):
    help = (
        "Empties fields of a record and of its whole history, as the owner of the database, and "
        "writes a certificate. Restores of older backups do it again. There is no way back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help="such as records.staffnote, or history.entry")
        parser.add_argument("key", help="the number of the record, or of the entry")
        parser.add_argument(
            "--field", action="append", default=[], dest="fields", metavar="NAME[=VALUE]",
            help="a field, and what is to stand there; without a value it is emptied",
        )  # fmt: skip
        parser.add_argument("--basis", required=True, help="the law or the order, by its number")
        parser.add_argument("--reason", required=True, help="why it applies")
        parser.add_argument("--by", required=True, help="staff ID, of the center")
        parser.add_argument("--second", required=True, help="staff ID of another of the center")
        parser.add_argument("--certificate", type=Path, help="the file to write it into")
        parser.add_argument("--dry-run", action="store_true", help="count the rows, erase nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        named = [text.partition("=") for text in options["fields"]]
        at = clock.now()
        try:
            wanted = erasing.order(
                label=options["model"],
                key=options["key"],
                fields={name: value if given else None for name, given, value in named},
                basis=options["basis"],
                reason=options["reason"],
                by=options["by"],
                second=options["second"],
                on=clock.local(at).date(),
            )
            rows = erasing.rows(wanted)
            self.stdout.write(
                f"{len(rows)} rows of {rows[0]._meta.db_table} hold"
                f" {', '.join(sorted(wanted.fields))}; {wanted.by} and {wanted.second}"
            )
            if options["dry_run"]:
                self.stdout.write("Nothing was erased.")
                return
            self._carry_out(wanted, at, options["certificate"])
        except (erasing.Refused, IntegrityError, DataError) as error:
            raise CommandError(f"Nothing was erased: {error}") from error

    def _carry_out(self, wanted: erasing.Order, at: Any, path: Path | None) -> None:
        if path is None:
            raise erasing.Refused("name the file of the certificate with --certificate")
        # Before anything is gone for good, there is a place for the proof of it.
        with path.open("x", encoding="utf-8") as file:
            done = erasing.carry_out(wanted, at=at)
            file.write(done.text)
        self.stdout.write(f"{done.count} rows erased. Certificate {path}, SHA-256 {done.digest}")
