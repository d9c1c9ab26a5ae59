"""The owner: migrations, roles, reference data. Never serves anybody."""

from azukari.settings.base import *  # noqa: F403

ENTRY = "owner"
ROOT_URLCONF = "azukari.urls_public"
