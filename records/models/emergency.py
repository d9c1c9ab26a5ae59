"""Emergency openings (緊急閲覧): a child's safety data without a booking, for a typed reason."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history import clock
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible


class EmergencyOpeningQuerySet(models.QuerySet["EmergencyOpening"]):
    def visible_to(self, user: object) -> "EmergencyOpeningQuerySet":
        """To the facility that opened, the home facility, and the center."""
        return self.filter(
            visible(user, facility="facility") | visible(user, facility="home_facility")
        )

    def by_facilities(self, numbers: tuple[int, ...]) -> "EmergencyOpeningQuerySet":
        """Those that these facilities opened."""
        return self.filter(facility_id__in=numbers)

    def open_at(self, at: dt.datetime) -> "EmergencyOpeningQuerySet":
        return self.filter(opened_at__lte=at, ends_at__gt=at)


class EmergencyOpening(models.Model):
    """One opening. Written by a database function alone (`records/finding.py`), never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="emergency_openings"
    )
    # Where the child was at home then: who was told.
    home_facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("登録施設"), related_name="+", null=True
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("開いた施設"), related_name="+"
    )
    opened_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("開いた職員"), related_name="+"
    )
    opened_at = models.DateTimeField(_("開いた日時"))
    ends_at = models.DateTimeField(_("閲覧できる期間の終わり"))
    reason = EncryptedTextField(_("理由"), max_length=200, validators=[validate_no_my_number])

    objects = EmergencyOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("緊急閲覧")
        verbose_name_plural = _("緊急閲覧")
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at")), name="emergency_ends_after_start"
            )
        ]

    class Privacy:
        open = ("id", "child", "home_facility", "facility", "opened_at", "ends_at")
        personal = ("opened_by", "reason")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {clock.local(self.opened_at):%Y-%m-%d %H:%M}"
