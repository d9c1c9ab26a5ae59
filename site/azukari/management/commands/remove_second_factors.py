"""Take away the second factors of a parent who has lost them all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from history import clock, context
from records.actions import second_factors
from records.enums import Kind
from records.models import User


class Command(BaseCommand):
    help = (
        "Removes passkeys, app and recovery codes of a parent's account, as the owner of the "
        "database, once staff have made sure in person who asks. Tells the parent and the center."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address of the account")
        parser.add_argument("--reason", required=True, help="who asked, and how it was made sure")

    def handle(self, *args: Any, **options: Any) -> None:
        with context.acting("system:operator", reason=options["reason"]):
            user = User.objects.filter(email__iexact=options["email"], kind=Kind.PARENT).first()
            if user is None:
                raise CommandError("No parent's account has this address.")
            count = second_factors.take_away(user=user, at=clock.now())
        self.stdout.write(f"{count} factors removed.")
