"""Leave the lists of today and of the next open day on each facility's own disk."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from booking.day.actions import sheet_prints
from history import clock
from records.models import Facility


class Command(BaseCommand):
    help = (
        "Prints the lists of today and of the next open day, where they say anything new, into"
        " AZUKARI_SHEET_FOLDER. For every full hour, with the settings and role of the staff entry."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SHEET_FOLDER:
            raise CommandError("AZUKARI_SHEET_FOLDER is empty: there is nowhere to leave them.")
        failed = False
        for facility in Facility.objects.bookable():
            # One disk that is away is no reason to leave the others without.
            try:
                files = sheet_prints.keep(facility=facility, at=clock.now())
            except Exception as error:
                self.stderr.write(f"{facility.code}: {error}")
                failed = True
            else:
                self.stdout.write(f"{facility.code}: {', '.join(file.name for file in files)}")
        if failed:
            sys.exit(1)
