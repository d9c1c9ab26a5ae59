"""Load what is true everywhere: facilities, rules, texts of consent."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.color import no_style
from django.db import connection

from booking.models import OpeningPattern, Tariff, UseRule
from history import context
from records.models import ConsentText, Facility, Operator, RegistrationRule

FOLDER = settings.ROOT / "fixtures" / "reference"
# In the order in which they refer to each other.
FILES = ("facilities.json", "rules.json", "consents.json")
MODELS = (Operator, Facility, RegistrationRule, ConsentText, UseRule, Tariff, OpeningPattern)


class Command(BaseCommand):
    help = "Loads fixtures/reference: facilities, rules and texts. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        with context.acting("system:reference"):
            call_command("loaddata", *[str(FOLDER / name) for name in FILES], verbosity=0)
            # The files bring their own numbers: the next row made by hand must not meet one.
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), MODELS):
                    cursor.execute(statement)
