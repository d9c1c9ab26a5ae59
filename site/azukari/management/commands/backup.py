"""Make a backup now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from azukari.backups import runs
from history.enums import RunCause, SecondPlace

MEGABYTE = 1 << 20


class Command(BaseCommand):
    help = "Dumps database and files, encrypted, and copies them to the second place."

    def handle(self, *args: Any, **options: Any) -> None:
        run = runs.back_up(cause=RunCause.COMMAND)
        seconds = run.duration.total_seconds() if run.duration else 0
        self.stdout.write(
            f"{run.name}: {run.rows} rows and {run.files} files,"
            f" {run.size / MEGABYTE:.1f} MB, {seconds:.1f} s\n"
            f"second place: {SecondPlace(run.second_place).name.lower().replace('_', ' ')}"
        )
        if run.problem:
            raise CommandError(run.problem)
