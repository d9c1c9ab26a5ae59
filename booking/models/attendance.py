"""Attendance: what happened, as opposed to what was booked."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.enums import LateEntry
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number


class Attendance(models.Model):
    """Arrival and departure of one booking, and who brought and fetched."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="attendance"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )

    arrived_at = models.DateTimeField(_("受け入れ"))
    brought_by = models.CharField(_("送ってきた人"), max_length=60, blank=True)
    temperature = models.DecimalField(
        _("体温"), max_digits=3, decimal_places=1, null=True, blank=True,
        validators=[MinValueValidator(34), MaxValueValidator(42)],
    )  # fmt: skip
    condition = EncryptedTextField(
        _("受け入れ時のようす"), max_length=200, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    left_at = models.DateTimeField(_("お迎え"), null=True, blank=True)
    fetched_by = models.CharField(_("お迎えの人"), max_length=60, blank=True)

    # Empty where it was entered at once.
    arrival_late_entry = models.CharField(
        _("受け入れを後から入力した理由"), max_length=10, choices=LateEntry.choices, blank=True
    )
    departure_late_entry = models.CharField(
        _("お迎えを後から入力した理由"), max_length=10, choices=LateEntry.choices, blank=True
    )
    # When the last of the two was entered: it may have happened earlier.
    noted_at = models.DateTimeField(_("記録した日時"))

    history = tracked()

    class Meta:
        verbose_name = _("利用実績")
        verbose_name_plural = _("利用実績")
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gt=F("arrived_at")),
                name="attendance_leaves_after_arrival",
                violation_error_message=_("お迎えの時刻は、受け入れより後にしてください。"),
            )
        ]

    class Privacy:
        open = (
            "id", "booking", "facility", "arrival_late_entry", "departure_late_entry", "noted_at",
        )  # fmt: skip
        personal = (
            "arrived_at", "brought_by", "temperature", "condition", "left_at", "fetched_by",
        )  # fmt: skip
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking}"

    @property
    def is_late_entry(self) -> bool:
        """Whether arrival or departure was entered afterwards (後から入力)."""
        return bool(self.arrival_late_entry or self.departure_late_entry)
