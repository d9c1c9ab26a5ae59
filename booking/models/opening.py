"""Opening patterns: the weekly rule from which slots are made, with the standard staffing."""

import datetime as dt

from django.contrib.postgres.fields import IntegerRangeField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
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
    # In place of the weekday, where a facility has such a pattern.
    HOLIDAY = 7, _("祝日")


def _months(shift: int) -> Func:
    first = F("first_month") + Value(shift)
    # One that begins in the autumn and ends in the spring goes on into the next year.
    length = (F("last_month") - F("first_month") + Value(12)) % Value(12)
    return Func(first, first + length, Value("[]"), function="int4range")


# The months of a season, in this year and in the one before.
SEASON = Func(_months(0), _months(-12), function="int4multirange", output_field=IntegerRangeField())
MONTH = [MinValueValidator(1), MaxValueValidator(12)]


class OpeningPattern(models.Model):
    """One weekday of one facility. `staff_count` counts where no roster is entered."""

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="opening_patterns"
    )
    weekday = models.PositiveSmallIntegerField(_("曜日"), choices=Weekday.choices)
    opens_at = models.TimeField(_("開所"))
    closes_at = models.TimeField(_("閉所"))
    is_closed = models.BooleanField(
        _("休所"), default=False, help_text=_("この曜日・祝日・季節には開所しないときに選びます。")
    )
    staff_count = models.PositiveSmallIntegerField(_("標準の職員数"))
    first_month = models.PositiveSmallIntegerField(
        _("季節の最初の月"), default=1, validators=MONTH,
        help_text=_("5月から翌年2月までなら、5と2を入れます。通年は1と12です。"),
    )  # fmt: skip
    last_month = models.PositiveSmallIntegerField(_("季節の最後の月"), default=12, validators=MONTH)
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
            versions_apart("opening_pattern_versions_apart", "facility", "weekday", also=SEASON),
            models.CheckConstraint(
                condition=Q(first_month__range=(1, 12), last_month__range=(1, 12)),
                name="opening_pattern_months",
                violation_error_message=_("月は1から12までの数で入れてください。"),
            ),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="opening_pattern_opens_first",
                violation_error_message=_("閉所は開所より後にしてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "weekday", "opens_at", "closes_at", "is_closed", "staff_count",
            "first_month", "last_month", "valid_from", "valid_to", "is_provisional",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.facility} {self.get_weekday_display()}"

    def clean(self) -> None:
        check_order(self)

    def is_in_force(self, day: dt.date) -> bool:
        """Whether a day lies in its dates and in its season, whatever the weekday."""
        if day < self.valid_from or (self.valid_to is not None and self.valid_to < day):
            return False
        if self.first_month <= self.last_month:
            return self.first_month <= day.month <= self.last_month
        return day.month >= self.first_month or day.month <= self.last_month
