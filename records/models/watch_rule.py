"""監視の基準: from where on a log-in or a reading is unusual, by version."""

import datetime as dt

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import Retention
from records.versions import VersionQuerySet, check_order, versions_apart


class WatchRule(models.Model):
    """What raises an alert. The night may go over midnight; readings in it count by number."""

    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    failure_minutes = models.PositiveSmallIntegerField(
        _("ログイン失敗を数える時間（分）"), validators=[MinValueValidator(1)]
    )
    account_failures = models.PositiveSmallIntegerField(
        _("同じアカウントの失敗（回）"), validators=[MinValueValidator(1)]
    )
    address_failures = models.PositiveSmallIntegerField(
        _("同じ接続元の失敗（回）"), validators=[MinValueValidator(1)]
    )
    children_outside = models.PositiveSmallIntegerField(
        _("その日に予約のない児童の閲覧（人）"), validators=[MinValueValidator(1)],
        help_text=_("1人の職員が1日に、その日の利用者一覧にない児童をこの人数以上見たとき"),
    )  # fmt: skip
    night_from = models.TimeField(_("夜間の始まり"))
    night_to = models.TimeField(_("夜間の終わり"))
    night_readings = models.PositiveSmallIntegerField(
        _("夜間の閲覧（回）"), validators=[MinValueValidator(1)]
    )
    is_provisional = models.BooleanField(
        _("仮設定"), default=True, help_text=_("センターが確認するまで仮設定です。")
    )
    history = tracked()
    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("監視の基準")
        verbose_name_plural = _("監視の基準")
        constraints = [versions_apart("watch_rule_versions_apart")]

    class Privacy:
        open = (
            "id", "valid_from", "valid_to", "failure_minutes", "account_failures",
            "address_failures", "children_outside", "night_from", "night_to", "night_readings",
            "is_provisional",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.valid_from} –"

    def clean(self) -> None:
        check_order(self)

    def is_night(self, time: dt.time) -> bool:
        """Whether a wall-clock time lies in the night, its beginning included."""
        if self.night_from <= self.night_to:
            return self.night_from <= time < self.night_to
        return time >= self.night_from or time < self.night_to
