"""受付停止: what the center has closed for a while, and what families read about it."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records.enums import FACILITY_FUNCTIONS, Function, Retention


class ServiceStopQuerySet(models.QuerySet["ServiceStop"]):
    def in_force(self, at: dt.datetime) -> "ServiceStopQuerySet":
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)

    def of(self, function: str, facility_id: int | None) -> "ServiceStopQuerySet":
        """Those of one function that hold for a facility: its own and those of the whole ward."""
        return self.filter(
            Q(facility=None) | Q(facility_id=facility_id, facility__isnull=False), function=function
        )


class ServiceStop(models.Model):
    """One function that is closed `[starts_at, ends_at)`. What happened at a facility is none: a
    child that arrives is received and written down, whatever is closed."""

    function = models.CharField(_("停止するもの"), max_length=20, choices=Function.choices)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), null=True, blank=True,
        related_name="+", limit_choices_to={"capacity__isnull": False},
        help_text=_("空欄のときは、区内すべての施設です。"),
    )  # fmt: skip
    starts_at = models.DateTimeField(_("開始"), default=clock.now)
    ends_at = models.DateTimeField(
        _("終了"), null=True, blank=True, help_text=_("空欄のときは、終了を入れるまで続きます。")
    )
    notice_ja = models.TextField(
        _("お知らせ（日本語）"), max_length=400,
        help_text=_("保護者の方が読みます。理由と、再開の見込みを書いてください。"),
    )  # fmt: skip
    notice_en = models.TextField(_("お知らせ（英語）"), max_length=600)

    history = tracked()
    objects = ServiceStopQuerySet.as_manager()

    class Meta:
        verbose_name = _("受付停止")
        verbose_name_plural = _("受付停止")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="service_stop_ends_after_start",
                violation_error_message=_("終了は開始より後にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(facility=None) | Q(function__in=FACILITY_FUNCTIONS),
                name="service_stop_of_facility",
                violation_error_message=_("この機能は、施設ごとには停止できません。"),
            ),
        ]

    class Privacy:
        open = (
            "id", "function", "facility", "starts_at", "ends_at", "notice_ja", "notice_en",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.get_function_display()} {clock.local(self.starts_at):%Y-%m-%d %H:%M}"

    def clean(self) -> None:
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("終了は開始より後にしてください。")})

    def closes(self, function: str, facility_id: int, at: dt.datetime) -> bool:
        """Whether it closes a function at a facility at a moment (`in_force`, `of`)."""
        return (
            self.function == function
            and self.facility_id in (None, facility_id)
            and self.starts_at <= at
            and (self.ends_at is None or at < self.ends_at)
        )

    @property
    def notice(self) -> str:
        """In the language of the page."""
        return self.notice_en if get_language() == "en" else self.notice_ja
