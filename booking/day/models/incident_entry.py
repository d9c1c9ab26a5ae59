"""What was added to a report of an accident: added, never changed."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.day.enums import EntryKind, Recipient, ReportStage, Seriousness, TellingWay
from booking.day.models.incident import Incident
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number

LONGEST_ENTRY = 1000


class IncidentEntry(models.Model):
    """One thing done or learnt after it happened. A wrong one is followed by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(
        Incident, models.PROTECT, verbose_name=_("報告"), related_name="entries"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    kind = models.CharField(_("種類"), max_length=10, choices=EntryKind.choices)
    happened_at = models.DateTimeField(_("日時"))
    text = EncryptedTextField(
        _("内容"), max_length=LONGEST_ENTRY, null=True, blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip

    # Told: of which child, whom, how, and who did it
    booking = models.ForeignKey(
        "booking.Booking", models.PROTECT, verbose_name=_("児童"), related_name="+", null=True,
        blank=True,
    )  # fmt: skip
    whom = EncryptedTextField(
        _("連絡した相手"), max_length=60, null=True, blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    teller = EncryptedTextField(
        _("連絡した職員"), max_length=60, null=True, blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    way = models.CharField(
        _("方法"), max_length=10, choices=TellingWay.choices, default="", blank=True
    )

    # A serious accident: why it is one, and which report went to whom
    seriousness = models.CharField(
        _("判断"), max_length=12, choices=Seriousness.choices, default="", blank=True
    )
    stage = models.CharField(
        _("段階"), max_length=6, choices=ReportStage.choices, default="", blank=True
    )
    recipient = models.CharField(
        _("報告先"), max_length=10, choices=Recipient.choices, default="", blank=True
    )

    written_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("書いた職員"), related_name="+"
    )
    written_at = models.DateTimeField(_("書いた日時"))

    history = tracked()

    class Meta:
        verbose_name = _("事故などの経過")
        verbose_name_plural = _("事故などの経過")
        ordering = ["happened_at", "written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind=EntryKind.TOLD, booking__isnull=False, whom__isnull=False,
                    teller__isnull=False, way__in=TellingWay.values,
                )
                | Q(
                    ~Q(kind=EntryKind.TOLD), booking__isnull=True, whom__isnull=True,
                    teller__isnull=True, way="",
                ),
                name="incident_entry_told_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.SERIOUS, seriousness__in=Seriousness.values)
                | Q(~Q(kind=EntryKind.SERIOUS), seriousness=""),
                name="incident_entry_serious_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=EntryKind.REPORT, stage__in=ReportStage.values,
                    recipient__in=Recipient.values,
                )
                | Q(~Q(kind=EntryKind.REPORT), stage="", recipient=""),
                name="incident_entry_report_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=(EntryKind.TOLD, EntryKind.SERIOUS, EntryKind.REPORT))
                | Q(
                    kind__in=(EntryKind.FOLLOW_UP, EntryKind.RETURNED, EntryKind.WITHDRAWN),
                    text__isnull=False,
                ),
                name="incident_entry_says_something",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("written_at")), name="incident_entry_has_happened",
                violation_error_message=_("これからの時刻は記録できません。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "incident", "facility", "kind", "happened_at", "booking", "way", "stage",
            "recipient", "written_at",
        )  # fmt: skip
        personal = ("text", "whom", "teller", "seriousness", "written_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.incident} {self.get_kind_display()}"
