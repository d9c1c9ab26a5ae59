"""Look through a database: constraints, counters, histories, keys and a log-in."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from azukari import proof

# What is wrong a thousand times needs no thousand lines.
SHOWN = 5


class Command(BaseCommand):
    help = "Verifies the database of DATABASE_URL, as its owner; nothing of it is changed."

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        for name, check in proof.CHECKS.items():
            problems = list(islice(check(), SHOWN))
            bad += bool(problems)
            for problem in problems:
                self.stdout.write(f"{name}: {problem}")
            if not problems:
                self.stdout.write(f"ok {name}")
        if bad:
            raise CommandError(f"{bad} of {len(proof.CHECKS)} checks found something.")
