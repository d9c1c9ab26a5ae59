"""Look for a hand in the past."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from history import verification
from history.walls import BACKUP, OWNER

ROOT = re.compile(r"[0-9a-fA-F]{64}")


class Command(BaseCommand):
    help = "Verifies chain, entries, roots and history rows; names the first that was touched."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--root", help="a day's root as an officer was mailed it")

    def handle(self, *args: Any, **options: Any) -> None:
        root = options["root"]
        if root is not None and not ROOT.fullmatch(root):
            raise CommandError("--root takes the 64 hexadecimal digits of a root.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            (role,) = cursor.fetchone()
        if role not in (OWNER, BACKUP):
            raise CommandError(f"Run it as {OWNER} or {BACKUP}: {role} does not see every row.")
        report = verification.verify(root)
        self.stdout.write(
            f"{report.entries} entries sealed, {report.waiting} waiting,"
            f" {report.history_rows} history rows, {report.tombstones} tombstones,"
            f" {report.seconds:.1f} s"
        )
        if not report.is_whole:
            for fault in report.faults:
                self.stdout.write(f"{fault}")
            raise CommandError(f"The past was changed. First: {report.first}", returncode=1)
        self.stdout.write("Whole: nothing was changed.")
