"""Alerts (警報): what somebody must look at now."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history.enums import AT_EVERY_FACILITY, AlertKind


class AlertQuerySet(models.QuerySet["Alert"]):
    def unseen(self) -> "AlertQuerySet":
        return self.filter(seen_at__isnull=True)

    def of_all_facilities(self) -> "AlertQuerySet":
        """What the center answers for: each cause once.

        Of an emergency opening the home facility is told in a row of its own, which its manager
        marks; the center has another.
        """
        return self.exclude(kind=AlertKind.EMERGENCY_OPENING, facility__isnull=False)

    def of_facilities(self, facilities: Iterable[int]) -> "AlertQuerySet":
        """What their managers answer for, by the ids of the facilities."""
        return self.filter(facility__in=facilities)

    def at_every_facility(self) -> "AlertQuerySet":
        """What their managers are told besides, for the center to set right."""
        return self.filter(facility=None, kind__in=AT_EVERY_FACILITY)


class Alert(models.Model):
    """One cause for concern; raised once until somebody has seen it (`history/alerts.py`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("種類"), max_length=30, choices=AlertKind.choices)
    # The same cause raises no second alert while the first is unseen.
    cause = models.CharField(_("原因"), max_length=100, blank=True)
    at = models.DateTimeField(_("日時"))
    facility = models.IntegerField(_("施設番号"), null=True, blank=True)
    detail = models.CharField(_("内容"), max_length=200, blank=True)

    seen_at = models.DateTimeField(_("確認日時"), null=True, blank=True)
    seen_by = models.CharField(_("確認した人"), max_length=60, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("警報")
        verbose_name_plural = _("警報")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "cause"], condition=Q(seen_at=None), name="alert_once_until_seen"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.cause}"

    @property
    def is_grave(self) -> bool:
        return AlertKind(self.kind).is_grave
