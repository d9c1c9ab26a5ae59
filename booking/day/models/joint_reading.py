"""読み合わせ: two carers read a child's care card together before it is cared for."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.day.models.two_names import SecondName, takes_two
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField


class JointReadingQuerySet(models.QuerySet["JointReading"]):
    def complete(self) -> "JointReadingQuerySet":
        """With both names."""
        return self.filter(second_by__isnull=False)


class JointReading(SecondName):
    """One intake's reading. `risks` is what there was to read, as `day.risks` counts it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="joint_readings"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    risks = EncryptedTextField(_("読んだ配慮事項"), default="", blank=True)
    first_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("読んだ職員"), related_name="+"
    )
    first_at = models.DateTimeField(_("読んだ日時"))

    objects = JointReadingQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("読み合わせ")
        verbose_name_plural = _("読み合わせ")
        constraints = [
            *takes_two(
                "joint_reading",
                _("読み合わせは、別の職員と行ってください。"),
            ),
        ]

    class Privacy:
        open = ("id", "booking", "facility", "first_at", "second_at")
        personal = ("risks", "first_by", "second_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking}"
