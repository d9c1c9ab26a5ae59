"""引き継ぎ: an incoming carer has read what the next one must know."""

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records.enums import Retention
from records.visibility import visible


class TakeoverQuerySet(models.QuerySet["Takeover"]):
    def visible_to(self, user: object) -> "TakeoverQuerySet":
        """Those of the facilities worked for."""
        return self.filter(visible(user, facility="facility_id"))

    def on_day(self, day: dt.date) -> "TakeoverQuerySet":
        start = clock.at(day, dt.time.min)
        return self.filter(taken_at__gte=start, taken_at__lt=start + dt.timedelta(days=1))


class Takeover(models.Model):
    """Who took over, when, and which notes (申し送り) there were to read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    taken_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("引き継いだ職員"), related_name="+"
    )
    taken_at = models.DateTimeField(_("引き継いだ日時"))
    notes = ArrayField(models.UUIDField(), verbose_name=_("読んだ申し送り"), default=list)

    objects = TakeoverQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("引き継ぎ")
        verbose_name_plural = _("引き継ぎ")
        ordering = ["-taken_at"]

    class Privacy:
        open = ("id", "facility", "taken_at", "notes")
        personal = ("taken_by",)
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.taken_by} {clock.written(self.taken_at)}"
