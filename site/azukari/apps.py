from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
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
    default = True

    def ready(self) -> None:
        post_migrate.connect(raise_walls, sender=self)


class StaffToolConfig(SimpleAdminConfig):
    """The admin with our site; nothing is discovered, so no package brings lists of its own."""

    default_site = "azukari.admin.StaffSite"
    default = False
