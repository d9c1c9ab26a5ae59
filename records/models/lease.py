"""Access leases: why and how long another facility may read a child's safety data."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records.enums import LeaseReason, Retention


class AccessLease(models.Model):
    """Written by the database alone, when a booking becomes live; ends some days after the use."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="leases"
    )
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="leases"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="leases"
    )
    starts_at = models.DateTimeField(_("閲覧できる期間の始まり"))
    ends_at = models.DateTimeField(_("閲覧できる期間の終わり"))
    reason = models.CharField(_("理由"), max_length=12, choices=LeaseReason.choices)
    # The booking it stands for, known by its number only: the register knows no bookings. Of an
    # emergency, its opening.
    cause = models.UUIDField(_("もとになった予約"), unique=True)
    # The transaction that opened an emergency: the lease opens nothing until that is committed.
    written_in = models.BigIntegerField(null=True, editable=False)

    history = tracked()

    class Meta:
        verbose_name = _("閲覧できる期間")
        verbose_name_plural = _("閲覧できる期間")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")), name="lease_ends_after_start"
            )
        ]
        indexes = [
            models.Index(fields=["facility", "ends_at"], name="lease_facility_ends"),
        ]

    class Privacy:
        open = (
            "id", "child", "household", "facility", "starts_at", "ends_at", "reason", "cause",
            "written_in",
        )  # fmt: skip
        personal = ()
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {clock.written(self.starts_at)}"
