import random
import time
from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.db import OperationalError, connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from history import walls
from records import keys

ATTEMPTS = 10
# lock_not_available and deadlock_detected
BUSY = ("55P03", "40P01")


def raise_walls(*, using: str, **_kwargs: Any) -> None:
    """After every migration: no table stays without its wall."""
    keys.forget()
    keys.make_data_key()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            walls.raise_walls(connections[using])
        except OperationalError as error:
            busy = getattr(error.__cause__, "sqlstate", None) in BUSY
            if not busy or attempt == ATTEMPTS:
                raise
            # Families are booking: they go first.
            time.sleep(random.uniform(0.1, 0.5) * attempt)  # noqa: S311 - no secret
        else:
            return


class AzukariConfig(AppConfig):
    name = "azukari"
    verbose_name = _("あずかり")
    default = True

    def ready(self) -> None:
        # Keys that can't be read stop the start, not the first family.
        keys.wrapping_keys()
        post_migrate.connect(raise_walls, sender=self)


class StaffToolConfig(SimpleAdminConfig):
    """The admin with our site; nothing is discovered, so no package brings lists of its own."""

    default_site = "azukari.admin.StaffSite"
    default = False
