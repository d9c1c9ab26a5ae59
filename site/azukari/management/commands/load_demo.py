"""Load the invented staff and families of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from azukari import demonstration
from records.models import User


class Command(BaseCommand):
    help = "Loads fixtures/demo into an empty register; does nothing where there are accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            return
        # Nobody is to be written to about what never happened.
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        demonstration.load()
