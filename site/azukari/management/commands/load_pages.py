"""Make the public pages from fixtures/reference/pages.json."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cms import actions
from history import context

TEXTS = settings.ROOT / "fixtures" / "reference" / "pages.json"


class Command(BaseCommand):
    help = "Makes the public pages that are missing, and points them at the public address."

    def handle(self, *args: Any, **options: Any) -> None:
        with context.acting("system:reference"):
            actions.plant(json.loads(TEXTS.read_text()), origin=settings.PUBLIC_ORIGIN)
