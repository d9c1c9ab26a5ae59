"""All that a demonstration needs, in one process: starting Django six times would take longer."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from history import clock, sealing


class Command(BaseCommand):
    help = "Catalogues, tables, reference data, invented families and pages; prints the accounts."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("compile_catalogues")
        call_command("migrate", verbosity=0)
        call_command("load_reference")
        call_command("load_pages", stdout=self.stderr)
        call_command("load_demo", stdout=self.stdout)
        # The families' past is told today, and a demonstration that was stopped was not late.
        sealing.seal_before_opening(at=clock.now())
