"""訂正: what a manager put right of a day that was closed, as a fact of its own."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible

LONGEST = 200


class DayCorrectionQuerySet(models.QuerySet["DayCorrection"]):
    def visible_to(self, user: object) -> "DayCorrectionQuerySet":
        """Those of the facilities worked for."""
        return self.filter(visible(user, facility="facility_id"))


class DayCorrection(models.Model):
    """The real times of one booking's care, why, and whose word it is.

    Never changed: a correction that was wrong is put right by the next. The attendance of a closed
    day takes no other times than those of the last.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="day_corrections"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    arrived_at = models.DateTimeField(_("受け入れ（訂正後）"))
    left_at = models.DateTimeField(_("お迎え（訂正後）"))
    reason = EncryptedTextField(
        _("訂正の理由"), max_length=LONGEST, validators=[validate_no_my_number]
    )
    corrected_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("訂正した職員"), related_name="+"
    )
    corrected_at = models.DateTimeField(_("訂正した日時"))

    objects = DayCorrectionQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("締めた日の訂正")
        verbose_name_plural = _("締めた日の訂正")
        ordering = ["corrected_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__gt=F("arrived_at")),
                name="day_correction_leaves_after_arrival",
                violation_error_message=_("お迎えの時刻は、受け入れより後にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(corrected_at__gte=F("left_at")), name="day_correction_of_the_past"
            ),
            models.UniqueConstraint(
                fields=["booking", "corrected_at"], name="day_correction_one_at_a_time"
            ),
        ]

    class Privacy:
        open = ("id", "booking", "facility", "corrected_at")
        personal = ("arrived_at", "left_at", "reason", "corrected_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking}"
