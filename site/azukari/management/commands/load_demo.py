"""Load the invented staff and families of the demonstration, and print their accounts."""

import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from azukari import demonstration
from records.models import User

WIDTHS = (8, 46, 24, 20)


class Command(BaseCommand):
    help = "Loads fixtures/demo into an empty register and prints the accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        if not User.objects.exists():
            # Nobody is to be written to about what never happened.
            settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
            demonstration.load()
        elif not demonstration.is_whole():
            raise CommandError(
                "The demonstration was stopped before all of its data was loaded."
                " Start with fresh data: make demo RESET=1"
            )
        for row in (("Entry", "Role", "Log-in", "Password"), *demonstration.accounts()):
            self.stdout.write("  " + "".join(map(_padded, row, WIDTHS)).rstrip())
        self.stdout.write(f"\n  PIN of every member of staff: {demonstration.PIN}")
        self.stdout.write(
            "\n  Secrets of one-time codes, for an authenticator app (or `oathtool --totp -b`):"
        )
        for staff_id, secret in demonstration.factor_secrets():
            self.stdout.write(f"  {staff_id}  {secret}")
        self.stdout.write(
            "\n  The staff entry answers to registered terminals only. Each link makes one browser"
            "\n  a terminal, once and within a day; the next start prints new ones.\n"
        )
        for name, link in demonstration.terminal_links():
            self.stdout.write(f"  {_padded(name, WIDTHS[1] - 16)}{link}")


def _padded(text: str, width: int) -> str:
    """The text filled to a width in which Japanese letters count two."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return text + " " * max(width - len(text) - wide, 1)
