"""The rules of use in force (利用の決まり): who, when, how far ahead, how long, at what notice."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.enums import Rounding
from history.models import tracked
from records.enums import Retention
from records.versions import VersionQuerySet, check_order, versions_apart, written_term


class UseRule(models.Model):
    """One version, for the whole ward. The version in force is kept on every booking."""

    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    is_provisional = models.BooleanField(
        _("仮設定"), default=True, help_text=_("センターが確認するまで仮設定です。")
    )

    # Who
    min_age_months = models.PositiveSmallIntegerField(_("利用できる月齢（か月から）"))

    # When
    window_months = models.PositiveSmallIntegerField(_("予約受付開始（何か月前）"))
    window_opens_at = models.TimeField(_("予約受付開始時刻"))
    cut_off_days = models.PositiveSmallIntegerField(_("予約締切（何日前）"))
    cut_off_at = models.TimeField(_("予約締切時刻"))
    min_minutes = models.PositiveSmallIntegerField(_("最短の利用時間（分）"))
    max_minutes = models.PositiveSmallIntegerField(_("最長の利用時間（分）"))
    closes_at_year_end = models.BooleanField(_("年末年始（12月29日～1月3日）休み"), default=True)

    # Cancelling
    free_cancel_days = models.PositiveSmallIntegerField(_("無料キャンセル期限（何日前）"))
    free_cancel_until = models.TimeField(_("無料キャンセル期限の時刻"))
    late_cancel_percent = models.PositiveSmallIntegerField(
        _("期限後のキャンセル料（％）"), validators=[MaxValueValidator(100)]
    )

    # Staffing (児童福祉法施行規則 第36条の35): children for one member of staff
    infant_ratio = models.PositiveSmallIntegerField(_("職員1人あたり 0歳"), default=3)
    ones_twos_ratio = models.PositiveSmallIntegerField(_("職員1人あたり 1・2歳"), default=6)
    threes_ratio = models.PositiveSmallIntegerField(_("職員1人あたり 3歳"), default=15)
    fours_up_ratio = models.PositiveSmallIntegerField(_("職員1人あたり 4歳以上"), default=25)
    rounding = models.CharField(
        _("端数"), max_length=10, choices=Rounding.choices, default=Rounding.HALF_UP
    )

    # After the use
    lease_days = models.PositiveSmallIntegerField(_("利用後に閲覧できる日数"), default=7)

    history = tracked()
    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("利用の決まり")
        verbose_name_plural = _("利用の決まり")
        constraints = [
            versions_apart("use_rule_versions_apart"),
            models.CheckConstraint(
                condition=models.Q(min_minutes__lte=models.F("max_minutes")),
                name="use_rule_lengths",
                violation_error_message=_("最短の利用時間は、最長より短くしてください。"),
            ),
        ]

    class Privacy:
        open = (
            "id", "valid_from", "valid_to", "is_provisional", "min_age_months", "window_months",
            "window_opens_at", "cut_off_days", "cut_off_at", "min_minutes", "max_minutes",
            "closes_at_year_end", "free_cancel_days", "free_cancel_until", "late_cancel_percent",
            "infant_ratio", "ones_twos_ratio", "threes_ratio", "fours_up_ratio", "rounding",
            "lease_days",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return written_term(self)

    def clean(self) -> None:
        check_order(self)
