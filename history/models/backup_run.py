"""Runs of backups and of their restore drills: what the page of the staff tool lists."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history.enums import RunCause, RunKind, RunResult, SecondPlace


class BackupRunQuerySet(models.QuerySet["BackupRun"]):
    def backups(self) -> "BackupRunQuerySet":
        return self.filter(kind=RunKind.BACKUP)

    def drills(self) -> "BackupRunQuerySet":
        return self.filter(kind=RunKind.DRILL)

    def good(self) -> "BackupRunQuerySet":
        return self.filter(result=RunResult.OK)


class BackupRun(models.Model):
    """One run. Begun in a transaction of its own, so that a killed one is seen as well."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("種類"), max_length=10, choices=RunKind.choices)
    cause = models.CharField(_("きっかけ"), max_length=10, choices=RunCause.choices)
    asked_by = models.CharField(_("指示した人"), max_length=60, blank=True)
    started_at = models.DateTimeField(_("開始"))
    finished_at = models.DateTimeField(_("終了"), null=True, blank=True)
    result = models.CharField(
        _("結果"), max_length=10, choices=RunResult.choices, default=RunResult.RUNNING
    )
    problem = models.CharField(_("問題"), max_length=300, blank=True)

    # What came of it
    name = models.CharField(_("名前"), max_length=20, blank=True)
    size = models.BigIntegerField(_("大きさ"), default=0)
    rows = models.BigIntegerField(_("行数"), default=0)
    files = models.IntegerField(_("ファイル数"), default=0)
    sha256 = models.CharField(_("チェックサム"), max_length=64, blank=True)
    second_place = models.CharField(
        _("2か所目"), max_length=10, choices=SecondPlace.choices, blank=True
    )

    objects = BackupRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("バックアップ")
        verbose_name_plural = _("バックアップ")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result=RunResult.RUNNING, finished_at=None)
                | ~Q(result=RunResult.RUNNING) & Q(finished_at__isnull=False),
                name="backup_run_finished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M:%S}"

    @property
    def duration(self) -> dt.timedelta | None:
        return self.finished_at - self.started_at if self.finished_at else None

    @property
    def is_good(self) -> bool:
        return self.result == RunResult.OK
