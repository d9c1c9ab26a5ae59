"""Write site/docs/data.md."""

from typing import Any

from django.core.management.base import BaseCommand

from azukari import data_register


class Command(BaseCommand):
    help = "Writes site/docs/data.md from the Privacy of each model."

    def handle(self, *args: Any, **options: Any) -> None:
        data_register.PATH.write_text(data_register.text(data_register.declared_models()))
