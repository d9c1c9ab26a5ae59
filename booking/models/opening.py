"""Opening patterns: the weekly rule from which slots are made, with the standard staffing."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import Retention
from records.versions import VersionQuerySet, check_order, versions_apart


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("月曜日")
    TUESDAY = 1, _("火曜日")
    WEDNESDAY = 2, _("水曜日")
    THURSDAY = 3, _("木曜日")
    FRIDAY = 4, _("金曜日")
    SATURDAY = 5, _("土曜日")
    SUNDAY = 6, _("日曜日")


class OpeningPattern(models.Model):
    """One weekday of one facility. `staff_count` counts where no roster is entered."""

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="opening_patterns"
    )
    weekday = models.PositiveSmallIntegerField(_("曜日"), choices=Weekday.choices)
    opens_at = models.TimeField(_("開所"))
    closes_at = models.TimeField(_("閉所"))
    staff_count = models.PositiveSmallIntegerField(_("標準の職員数"))
    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    is_provisional = models.BooleanField(
        _("仮設定"), default=True, help_text=_("センターが確認するまで仮設定です。")
    )

    history = tracked()
    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("開所時間")
        verbose_name_plural = _("開所時間")
        ordering = ["facility", "weekday", "valid_from"]
        constraints = [
            versions_apart("opening_pattern_versions_apart", "facility", "weekday"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="opening_pattern_opens_first",
                violation_error_message=_("閉所は開所より後にしてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "weekday", "opens_at", "closes_at", "staff_count", "valid_from",
            "valid_to", "is_provisional",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.facility} {self.get_weekday_display()}"

    def clean(self) -> None:
        check_order(self)
