"""Restore the newest backup into a scratch database and verify it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from azukari.backups import runs
from history.enums import RunCause


class Command(BaseCommand):
    help = "Restores the newest backup (or the one named) into a database of its own, and drops it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", nargs="?", type=Path, help="folder of a backup")

    def handle(self, *args: Any, **options: Any) -> None:
        _run, report = runs.drill(cause=RunCause.COMMAND, folder=options["backup"])
        for title, seconds in report.steps:
            self.stdout.write(f"{seconds:8.2f} s  {title}")
        for problem in report.problems:
            self.stdout.write(f"  !  {problem}")
        self.stdout.write(f"{report.seconds:8.2f} s  in all, backup {report.name}")
        if report.problems:
            raise CommandError(f"The backup {report.name} is not what it should be.")
