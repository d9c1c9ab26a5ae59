"""Restore a backup in place of a lost or damaged database."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from psycopg.conninfo import make_conninfo

from azukari.backups import places, restoring
from azukari.backups.archive import Archive, archives
from azukari.backups.database import ToolFailed
from azukari.backups.sealing import Damaged

MEGABYTE = 1 << 20


class Command(BaseCommand):
    help = (
        "Restores a backup into the database of DATABASE_URL, as its owner. Without a backup it "
        "lists those there are."
    )
    # The database may be gone: nothing is asked of it before it is back.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", nargs="?", type=Path, help="folder of the backup")
        parser.add_argument("--dry-run", action="store_true", help="check all, change nothing")
        parser.add_argument(
            "--despite-problems", action="store_true", help="take it though it does not verify"
        )
        parser.add_argument("--replace", default="", help="name of the live database to replace")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["backup"] is None:
            self._list()
            return
        archive = Archive(options["backup"])
        try:
            planned = restoring.plan(archive, _address())
            self._describe(planned)
            if not options["dry_run"]:
                self._restore(archive, options)
        except (Damaged, restoring.Refused) as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        except (ToolFailed, psycopg.Error) as error:
            raise CommandError(f"The live database was not changed. {error}") from error

    def _list(self) -> None:
        for folder in filter(None, (places.first(), places.second())):
            for path in archives(folder):
                self.stdout.write(str(path))

    def _describe(self, planned: restoring.Plan) -> None:
        state = "holds data" if planned.is_live else "is empty or missing"
        self.stdout.write(
            f"backup {planned.manifest.name}: whole; {planned.rows} rows in"
            f" {len(planned.expected['tables'])} tables, {planned.expected['files']} files,"
            f" {planned.manifest.size / MEGABYTE:.1f} MB\n"
            f"needs the data keys {', '.join(planned.expected['wrapped_by'])}\n"
            f"target {planned.name} {state}"
        )

    def _restore(self, archive: Archive, options: dict[str, Any]) -> None:
        # Nothing may hold on to what is about to change its name.
        connection.close()
        found = restoring.restore(
            archive,
            _address(),
            Path(settings.MEDIA_ROOT),
            replace=options["replace"],
            despite_problems=options["despite_problems"],
            say=self.stdout.write,
        )
        for problem in found.problems:
            self.stdout.write(f"  !  {problem}")
        self.stdout.write("restored")
        if found.database_before:
            self.stdout.write(
                f"What was live is now {found.database_before}. Drop it when all is well."
            )
        if found.files_before:
            self.stdout.write(f"The files from before lie in {found.files_before}.")


def _address() -> str:
    parameters = connection.get_connection_params()
    known = {key: parameters.get(key) for key in ("host", "port", "user", "password", "dbname")}
    return make_conninfo("", **{key: value for key, value in known.items() if value})
