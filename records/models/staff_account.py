"""What is kept of a member of staff besides the log-in: employer, training, review, end."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import CloseReason, Retention


class StaffAccount(models.Model):
    """The account of a member of staff as the center keeps it. Missing: nothing is known yet.

    Apart from the account itself, because every person writes their own there (the password), and
    nobody may write that they were trained.
    """

    user = models.OneToOneField(
        "records.User", models.PROTECT, verbose_name=_("職員"), related_name="staff_account",
        primary_key=True,
    )  # fmt: skip
    employer = models.ForeignKey(
        "records.Operator", models.PROTECT, verbose_name=_("雇用主"), related_name="employees",
        null=True, blank=True, help_text=_("空欄は区の職員です。"),
    )  # fmt: skip
    trained_on = models.DateField(
        _("研修日"), null=True, blank=True, help_text=_("個人情報の取扱いの研修。年に1回です。")
    )

    # The half-yearly review (定期点検)
    reviewed_on = models.DateField(_("点検日"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("点検した人"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip

    # The end, and a new beginning
    closed_at = models.DateTimeField(_("閉じた日時"), null=True, blank=True)
    close_reason = models.CharField(
        _("閉じた理由"), max_length=20, choices=CloseReason.choices, blank=True
    )
    reopened_on = models.DateField(_("再開した日"), null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = _("職員の管理情報")
        verbose_name_plural = _("職員の管理情報")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, close_reason="")
                | Q(closed_at__isnull=False) & ~Q(close_reason=""),
                name="staff_account_closed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_on__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_on__isnull=False, reviewed_by__isnull=False),
                name="staff_account_reviewed_by_somebody",
            ),
        ]

    class Privacy:
        open = ("employer", "reviewed_on", "closed_at", "reopened_on")
        personal = ("user", "trained_on", "reviewed_by", "close_reason")
        retention = Retention.ACCOUNT

    def __str__(self) -> str:
        return str(self.user_id)
