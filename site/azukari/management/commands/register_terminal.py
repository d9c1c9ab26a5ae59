"""A registration link for a terminal: for the center's first one, and when it has none left."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from history import clock, context
from history.context import Context
from records.actions import terminals
from records.admin.views.terminals import address_of
from records.models import Facility

ACTOR = "system:operator"


class Command(BaseCommand):
    help = "Prints a link that registers one terminal of a facility, once and within a day."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--facility", default="", help="its code; without one the center")
        parser.add_argument("--name", default="センターの端末", help="what the device is called")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["facility"]
        found = Facility.objects.filter(code=code) if code else Facility.objects.center()
        facility = found.first()
        if facility is None:
            raise CommandError(f"There is no facility {code!r}.")
        with context.acting(ACTOR):
            _link, token = terminals.make_link(
                facility=facility,
                name=options["name"],
                by=None,
                context=Context(actor=ACTOR, entry="owner", at=clock.now()),
            )
        self.stdout.write(address_of(token))
