"""The rows below a version of the rules of use: as many of a kind as a town needs."""

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.enums import SeatKind
from booking.enums_rules import CancelReason, Measure, QuotaGroup, Span, Subject
from booking.models.parts import Part
from history.models import tracked
from records.enums import Retention


class SessionBlock(Part):
    """A fixed block (コマ). Where a version has any, only whole blocks in a row can be booked."""

    rule = models.ForeignKey("booking.UseRule", models.CASCADE, related_name="block_rows")
    starts_at = models.TimeField(_("開始"))
    ends_at = models.TimeField(_("終了"))

    history = tracked()

    class Meta:
        verbose_name = _("コマ")
        verbose_name_plural = _("コマ（ない場合は、開始と終了を自由に選べます）")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="session_block_order",
                violation_error_message=_("コマの終了は、開始より後にしてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "rule", "starts_at", "ends_at")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class ReleaseDay(Part):
    """A line of the release calendar: on which day which days of a month of use open."""

    rule = models.ForeignKey("booking.UseRule", models.CASCADE, related_name="release_rows")
    months_before = models.PositiveSmallIntegerField(
        _("何か月前の"), help_text=_("利用する月と同じ月なら0、前の月なら1です。"),
        validators=[MaxValueValidator(12)],
    )  # fmt: skip
    day = models.PositiveSmallIntegerField(
        _("何日に"), validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("その日がない月は、月の最後の日です。"),
    )  # fmt: skip
    first = models.PositiveSmallIntegerField(
        _("利用日（何日から）"), default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    last = models.PositiveSmallIntegerField(
        _("利用日（何日まで）"), default=31,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )  # fmt: skip

    history = tracked()

    class Meta:
        verbose_name = _("受付開始の予定")
        verbose_name_plural = _("受付開始の予定表（受付開始が「予定表による」のとき）")
        ordering = ["first", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    day__range=(1, 31), first__gte=1, first__lte=F("last"), last__lte=31,
                    months_before__lte=12,
                ),
                name="release_day_in_month",
                violation_error_message=_("日は1から31まで、始まりから終わりの順にしてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "rule", "months_before", "day", "first", "last")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.months_before}-{self.day}: {self.first}–{self.last}"


class UseLimit(Part):
    """How much of the service a child or a household may use in a span of time."""

    rule = models.ForeignKey("booking.UseRule", models.CASCADE, related_name="limit_rows")
    subject = models.CharField(
        _("だれの"), max_length=10, choices=Subject.choices, default=Subject.CHILD
    )
    span = models.CharField(_("期間"), max_length=12, choices=Span.choices)
    most = models.PositiveIntegerField(_("上限"), validators=[MinValueValidator(1)])
    measure = models.CharField(_("単位"), max_length=8, choices=Measure.choices)
    is_here_only = models.BooleanField(
        _("この施設での利用だけを数える"), default=False,
        help_text=_("チェックがないときは、区内すべての施設での利用を数えます。"),
    )  # fmt: skip
    is_soft = models.BooleanField(
        _("超えた分は料金が変わる"), default=False,
        help_text=_("チェックすると、上限を超えても予約でき、料金表の「上限を超えた分」の料金に"
                    "なります。"),
    )  # fmt: skip

    history = tracked()

    class Meta:
        verbose_name = _("利用の上限")
        verbose_name_plural = _("利用の上限")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(most__gt=0), name="use_limit_positive",
                violation_error_message=_("上限は1以上にしてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(span=Span.CONSECUTIVE) | Q(measure=Measure.DAYS),
                name="use_limit_days_in_a_row",
                violation_error_message=_("続けて使える上限は、日数で入れてください。"),
            ),
            models.CheckConstraint(
                condition=Q(is_soft=False) | Q(measure=Measure.MINUTES),
                name="use_limit_soft_in_minutes",
                violation_error_message=_("料金が変わる上限は、分で入れてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "rule", "subject", "span", "most", "measure", "is_here_only", "is_soft")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        span, measure = self.get_span_display(), self.get_measure_display()
        return f"{self.get_subject_display()} {span} {self.most}{measure}"


class AgeQuota(Part):
    """Of an age no more than so many at a time, by number or by share of the places."""

    rule = models.ForeignKey("booking.UseRule", models.CASCADE, related_name="quota_rows")
    group = models.CharField(_("年齢（利用日）"), max_length=10, choices=QuotaGroup.choices)
    most = models.PositiveSmallIntegerField(
        _("人数の上限"), null=True, blank=True, help_text=_("人数か割合のどちらかを入れます。")
    )
    percent = models.PositiveSmallIntegerField(
        _("定員に対する割合（％）"), null=True, blank=True, validators=[MaxValueValidator(100)],
        help_text=_("端数は切り捨てます。"),
    )  # fmt: skip

    history = tracked()

    class Meta:
        verbose_name = _("年齢別の枠")
        verbose_name_plural = _("年齢別の枠")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "group"], name="age_quota_once",
                violation_error_message=_("同じ年齢の枠は、1行にまとめてください。"),
            ),
            models.CheckConstraint(
                condition=Q(most__isnull=True, percent__range=(0, 100))
                | Q(most__isnull=False, percent__isnull=True),
                name="age_quota_number_or_share",
                violation_error_message=_("人数か割合の、どちらか一方を入れてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "rule", "group", "most", "percent")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return self.get_group_display()

    def most_of(self, places: int) -> int:
        """The ceiling in a room of so many places."""
        return places * self.percent // 100 if self.percent is not None else self.most or 0


class Reserve(Part):
    """Places kept back (留保枠) until a moment before the use; then they are for everybody."""

    rule = models.ForeignKey("booking.UseRule", models.CASCADE, related_name="reserve_rows")
    kind = models.CharField(_("種類"), max_length=10, choices=SeatKind.choices)
    places = models.PositiveSmallIntegerField(_("人数"), validators=[MinValueValidator(1)])
    days_before = models.PositiveSmallIntegerField(
        _("開放する日（何日前）"), help_text=_("利用日に開放するときは0です。")
    )
    time = models.TimeField(_("開放する時刻"))
    families_days_before = models.PositiveSmallIntegerField(
        _("開放の前にご家庭が使える日（何日前から）"), null=True, blank=True,
        help_text=_("急な用事の枠だけに入れます。この日から、ほかに空きがないときに使えます。"),
    )  # fmt: skip

    history = tracked()

    class Meta:
        verbose_name = _("留保枠")
        verbose_name_plural = _("留保枠")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "kind"], name="reserve_once",
                violation_error_message=_("同じ種類の留保枠は、1行にまとめてください。"),
            ),
            models.CheckConstraint(
                condition=Q(places__gt=0), name="reserve_positive",
                violation_error_message=_("人数は1以上にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(families_days_before__isnull=True)
                | Q(kind=SeatKind.URGENT, families_days_before__gte=F("days_before")),
                name="reserve_families",
                violation_error_message=_(
                    "開放の前にご家庭が使える日は、急な用事の枠だけに、開放する日より前で入れてください。"
                ),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "rule", "kind", "places", "days_before", "time", "families_days_before")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.places}"


class CancelStage(Part):
    """From a moment before the use on, cancelling costs so much; the last stage begun counts."""

    rule = models.ForeignKey("booking.UseRule", models.CASCADE, related_name="stage_rows")
    days_before = models.PositiveSmallIntegerField(
        _("いつから（何日前）"), help_text=_("利用日からのときは0です。")
    )
    at = models.TimeField(_("時刻"), default=dt.time(0))
    percent = models.PositiveSmallIntegerField(
        _("利用料に対する割合（％）"), null=True, blank=True, validators=[MaxValueValidator(100)],
        help_text=_("割合か金額のどちらかを入れます。"),
    )  # fmt: skip
    amount = models.PositiveIntegerField(_("金額（円）"), null=True, blank=True)
    reason = models.CharField(
        _("理由"), max_length=12, choices=CancelReason.choices, blank=True,
        help_text=_("空欄のときは、すべての理由です。理由を選んだ行があると、その理由のキャンセル"
                    "には、その行だけを使います。"),
    )  # fmt: skip

    history = tracked()

    class Meta:
        verbose_name = _("キャンセル料の段階")
        verbose_name_plural = _("キャンセル料の段階（ない場合は、いつでも無料です）")
        ordering = ["reason", "-days_before", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "reason", "days_before", "at"], name="cancel_stage_once",
                violation_error_message=_("同じ時刻から始まる段階がすでにあります。"),
            ),
            models.CheckConstraint(
                condition=Q(percent__range=(0, 100), amount__isnull=True)
                | Q(percent__isnull=True, amount__isnull=False),
                name="cancel_stage_share_or_amount",
                violation_error_message=_("割合か金額の、どちらか一方を入れてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "rule", "days_before", "at", "percent", "amount", "reason")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.days_before} {self.at:%H:%M}"

    @property
    def is_free(self) -> bool:
        return not (self.percent or self.amount)
