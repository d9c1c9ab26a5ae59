"""Access of contractors (委託事業者・保守): a named person, a ticket, and minutes that are set."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import Retention

# Longer work is a second ticket; the database holds it too.
LONGEST = dt.timedelta(days=14)


class ContractorAccess(models.Model):
    """Why and how long somebody of a contractor works here. Without it the role counts nothing.

    The membership gives role and place by the day; this gives the minutes within.
    """

    membership = models.OneToOneField(
        "records.FacilityMembership", models.PROTECT, verbose_name=_("所属"),
        related_name="contractor_access", primary_key=True,
    )  # fmt: skip
    company = models.CharField(_("委託事業者"), max_length=100)
    ticket = models.CharField(
        _("作業番号"), max_length=40, help_text=_("依頼書や作業票の番号です。例：保守-2026-031")
    )
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    granted_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("登録した人"), related_name="+"
    )

    history = tracked()

    class Meta:
        verbose_name = _("委託事業者の作業")
        verbose_name_plural = _("委託事業者の作業")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + LONGEST),
                name="contractor_access_two_weeks_at_most",
                violation_error_message=_("終了は開始より後、14日以内にしてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(company="") & ~Q(ticket=""), name="contractor_access_has_ticket"
            ),
        ]

    class Privacy:
        open = ("membership", "company", "ticket", "starts_at", "ends_at")
        personal = ("granted_by",)
        retention = Retention.ACCOUNT

    def __str__(self) -> str:
        return f"{self.company} {self.ticket}"

    def is_live(self, at: dt.datetime) -> bool:
        """Within its minutes, and its membership not ended before."""
        return self.starts_at <= at < self.ends_at and self.membership.ended_at is None
