from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from history import walls
from records import keys


def raise_walls(*, using: str, **_kwargs: Any) -> None:
    """After every migration: no table stays without its wall."""
    keys.forget()
    keys.make_data_key()
    walls.raise_walls(connections[using])


class AzukariConfig(AppConfig):
    name = "azukari"
    verbose_name = _("あずかり")

    def ready(self) -> None:
        post_migrate.connect(raise_walls, sender=self)
