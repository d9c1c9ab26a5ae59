"""Devices that a parent has logged in from."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.enums import Retention


class KnownDevice(models.Model):
    """One browser of one parent, known again by a secret in its cookie, of which a hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        "records.User", models.CASCADE, verbose_name=_("アカウント"), related_name="devices"
    )
    secret_hash = models.CharField(_("端末の秘密のハッシュ値"), max_length=64)
    name = models.CharField(_("端末"), max_length=60)
    first_seen_at = models.DateTimeField(_("はじめてのログイン"))
    last_seen_at = models.DateTimeField(_("最後のログイン"))
    # Until then the second factor is not asked for here.
    trusted_until = models.DateTimeField(_("確認コードを省く期限"), null=True, blank=True)

    class Meta:
        verbose_name = _("保護者の端末")
        verbose_name_plural = _("保護者の端末")
        ordering = ["-last_seen_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "secret_hash"], name="device_once_per_user")
        ]

    class Privacy:
        open = ("id", "first_seen_at", "last_seen_at", "trusted_until")
        personal = ("user", "secret_hash", "name")
        retention = Retention.ACCOUNT

    def __str__(self) -> str:
        return self.name
