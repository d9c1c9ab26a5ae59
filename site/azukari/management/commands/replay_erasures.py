"""Erase again what the law had erased after a backup was made."""

from typing import Any

from django.core.management.base import BaseCommand

from azukari.backups import erasures
from history import clock
from history.context import Context


class Command(BaseCommand):
    help = "Replays the list of erasures on the database of DATABASE_URL, as its owner."

    def handle(self, *args: Any, **options: Any) -> None:
        by = Context(actor=erasures.ACTOR, at=clock.now(), entry="owner")
        count = erasures.replay(erasures.known(), by=by)
        self.stdout.write(f"{count} erasures replayed")
