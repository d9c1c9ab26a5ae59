"""The rules of use in force (利用の決まり): who, when, how far ahead, how long, at what notice."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.enums import Rounding
from booking.enums_rules import (
    Approval,
    CancelReason,
    Counting,
    IfClosed,
    MaxAgeUnit,
    MinAgeUnit,
    Residency,
    Subject,
    WindowKind,
)
from booking.models.parts import Bundle, BundleQuerySet, Part, announced_with_day
from booking.models.use_rule_parts import (
    AgeQuota,
    CancelStage,
    ReleaseDay,
    Reserve,
    SessionBlock,
    UseLimit,
)
from history.models import tracked
from records.enums import DayOf, Enrolment, Retention
from records.versions import LINE, check_order, versions_apart, written_term


class UseRule(Bundle):
    """One version of a line: the whole ward's, or a facility's own, which stands in its place.

    The version in force is kept on every booking, and then says the same for ever.
    """

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), null=True, blank=True,
        related_name="+", limit_choices_to={"capacity__isnull": False},
        help_text=_("空欄のときは、区全体の決まりです。施設を選ぶと、その施設では区全体の決まりの"
                    "代わりに、この版のすべての項目を使います。"),
    )  # fmt: skip
    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    applies_by = models.CharField(
        _("切り替えの基準"), max_length=10, choices=DayOf.choices, default=DayOf.USE,
        help_text=_("前の版からこの版へ、利用日で切り替えるか、申込日で切り替えるかを選びます。"),
    )  # fmt: skip
    is_provisional = models.BooleanField(
        _("仮設定"), default=True, help_text=_("センターが確認するまで仮設定です。")
    )

    # Who
    min_age = models.PositiveSmallIntegerField(_("利用できる月齢・日齢"))
    min_age_unit = models.CharField(
        _("月齢・日齢の単位"), max_length=10, choices=MinAgeUnit.choices,
        default=MinAgeUnit.MONTHS,
    )  # fmt: skip
    counts_birth_day = models.BooleanField(
        _("生まれた日を1日目と数える"), default=True, help_text=_("日齢で決めるときだけ使います。")
    )
    max_age_unit = models.CharField(
        _("利用できる年齢の上限"), max_length=15, choices=MaxAgeUnit.choices,
        default=MaxAgeUnit.SCHOOL_ENTRY,
    )  # fmt: skip
    max_age = models.PositiveSmallIntegerField(
        _("上限の数"), null=True, blank=True,
        help_text=_("「歳」「か月」で決めるときに入れます。年齢は誕生日の前日に達します。"),
    )  # fmt: skip
    residency = models.CharField(
        _("住所"), max_length=10, choices=Residency.choices, default=Residency.ANYONE
    )
    excluded_enrolments = ArrayField(
        models.CharField(max_length=15, choices=Enrolment.choices), blank=True, default=list,
        verbose_name=_("利用できない在籍"),
        help_text=_("選んだところに在籍しているお子さんは予約できません。"),
    )  # fmt: skip
    fever_limit = models.DecimalField(
        _("お預かりできない体温（℃以上）"), max_digits=3, decimal_places=1,
        default=Decimal("37.5"), validators=[MinValueValidator(36), MaxValueValidator(42)],
    )  # fmt: skip
    medicine_note = models.CharField(
        _("薬・健康についての決まり"), max_length=200, blank=True,
        help_text=_("例：お薬はお預かりできません。"),
    )  # fmt: skip

    # When
    start_times = ArrayField(
        models.TimeField(), blank=True, default=list, verbose_name=_("開始できる時刻"),
        help_text=_("決まった時刻だけのとき、「9:00, 9:30」のように入れます。"
                    "空欄のときは、開所時間のどこからでも始められます。"),
    )  # fmt: skip
    no_intake_from = models.TimeField(_("受け入れをしない時間（から）"), null=True, blank=True)
    no_intake_until = models.TimeField(_("受け入れをしない時間（まで）"), null=True, blank=True)
    # Places are half hours: a start within one has none to take.
    step_minutes = models.PositiveSmallIntegerField(
        _("開始・終了の刻み（分）"), default=30, choices=[(30, "30"), (60, "60")]
    )
    min_minutes = models.PositiveSmallIntegerField(_("最短の利用時間（分）"))
    max_minutes = models.PositiveSmallIntegerField(_("最長の利用時間（分）"))
    closes_at_year_end = models.BooleanField(_("年末年始（12月29日～1月3日）休み"), default=True)

    # Window
    window_kind = models.CharField(
        _("予約受付の開始"), max_length=10, choices=WindowKind.choices, default=WindowKind.MONTHS
    )
    window_count = models.PositiveSmallIntegerField(_("何か月・何日前から"), default=1)
    opens_on = models.DateField(
        _("受付を始める日"), null=True, blank=True,
        help_text=_("「決まった日から」のときに入れます。"),
    )  # fmt: skip
    opens_at = models.TimeField(_("予約受付開始時刻"))
    phone_opens_at = models.TimeField(
        _("電話・窓口の受付開始時刻"), null=True, blank=True,
        help_text=_("空欄のときは、インターネットと同じです。"),
    )  # fmt: skip
    if_closed = models.CharField(
        _("受付開始日が休みのとき"), max_length=10, choices=IfClosed.choices, default=IfClosed.NONE
    )
    early_window_months = models.PositiveSmallIntegerField(
        _("早く受け付ける月数（何か月前から）"), null=True, blank=True,
        help_text=_("小さいお子さんの受付を早く始めるときに入れます。"),
    )  # fmt: skip
    early_under_months = models.PositiveSmallIntegerField(
        _("早く受け付ける月齢（何か月未満）"), null=True, blank=True,
        help_text=_("利用日の月齢です。"),
    )  # fmt: skip
    cut_off_days = models.PositiveSmallIntegerField(_("予約締切（何日前）"))
    cut_off_counts = models.CharField(
        _("締切の数え方"), max_length=20, choices=Counting.choices, default=Counting.CALENDAR
    )
    cut_off_at = models.TimeField(_("予約締切時刻"))
    phone_cut_off_days = models.PositiveSmallIntegerField(
        _("電話・窓口の締切（何日前）"), null=True, blank=True,
        help_text=_("空欄のときは、利用が始まるまで受け付けます。"),
    )  # fmt: skip
    phone_cut_off_counts = models.CharField(
        _("電話・窓口の締切の数え方"), max_length=20, choices=Counting.choices,
        default=Counting.CALENDAR,
    )  # fmt: skip
    phone_cut_off_at = models.TimeField(_("電話・窓口の締切時刻"), null=True, blank=True)
    hold_minutes = models.PositiveSmallIntegerField(
        _("仮押さえの時間（分）"), default=10, validators=[MinValueValidator(1)],
        help_text=_("席を押さえたまま、確定を待つ時間です。"),
    )  # fmt: skip

    # Cancelling
    waived_reasons = ArrayField(
        models.CharField(max_length=12, choices=CancelReason.choices), blank=True, default=list,
        verbose_name=_("キャンセル料がかからない理由"),
        help_text=_("施設の都合によるキャンセルは、いつも無料です。"),
    )  # fmt: skip
    cascades = models.BooleanField(
        _("続けた日の予約は、1日をキャンセルすると後の日もキャンセルする"), default=False
    )
    undo_minutes = models.PositiveSmallIntegerField(
        _("予約してから無料で取り消せる時間（分）"), default=10,
        help_text=_("日を間違えたときなどのためです。締切の後でも無料です。"),
    )  # fmt: skip

    # Waiting list
    offer_minutes = models.PositiveSmallIntegerField(
        _("繰り上げ案内の返事を待つ時間（分）"), default=120, validators=[MinValueValidator(10)],
        help_text=_("この時間に返事がなければ、次のご家庭にご案内します。"),
    )  # fmt: skip
    offer_night_from = models.TimeField(_("夜間の始まり"), default=dt.time(21))
    offer_night_until = models.TimeField(
        _("夜間の案内の返事の期限"), default=dt.time(8),
        help_text=_("返事の期限が夜間になるときは、この時刻まで待ちます。"),
    )  # fmt: skip
    broadcast_minutes = models.PositiveSmallIntegerField(
        _("直前の一斉案内に切り替える時間（利用開始の何分前）"), default=180,
        help_text=_("利用開始まで間がないときは、待っている全員にご案内し、先に返事をした方に決まります。"),
    )  # fmt: skip

    # Conduct
    no_show_most = models.PositiveSmallIntegerField(
        _("連絡なしの上限（回）"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("この回数になると、新しい予約を止めます。空欄のときは、止めません。"),
    )  # fmt: skip
    no_show_subject = models.CharField(
        _("連絡なしの数え方"), max_length=10, choices=Subject.choices, default=Subject.HOUSEHOLD
    )
    no_show_days = models.PositiveSmallIntegerField(
        _("連絡なしを数える期間（日）"), null=True, blank=True
    )
    no_show_hold_days = models.PositiveSmallIntegerField(
        _("予約を止める期間（日）"), null=True, blank=True
    )

    # Approval
    approval = models.CharField(
        _("予約の確定"), max_length=10, choices=Approval.choices, default=Approval.INSTANT
    )
    approval_under_months = models.PositiveSmallIntegerField(
        _("施設の確認が要る月齢（何か月未満）"), null=True, blank=True,
        help_text=_("利用日の月齢です。空欄のときは、月齢では分けません。"),
    )  # fmt: skip
    approval_one_to_one = models.BooleanField(
        _("個別の対応が要るお子さんは、施設の確認が要る"), default=False
    )

    approval_days = models.PositiveSmallIntegerField(
        _("施設が回答する期限（何開所日以内）"), default=1, validators=[MinValueValidator(1)],
        help_text=_("申し込みの次の開所日を1日目と数え、その日の閉所時刻までです。それまでに回答が"
                    "ないときは、お受けできないものとしてご家庭に知らせます。"),
    )  # fmt: skip

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
    objects = BundleQuerySet.as_manager()

    PARTS: ClassVar[dict[str, type[Part]]] = {
        "block_rows": SessionBlock,
        "release_rows": ReleaseDay,
        "limit_rows": UseLimit,
        "quota_rows": AgeQuota,
        "reserve_rows": Reserve,
        "stage_rows": CancelStage,
    }

    class Meta:
        verbose_name = _("利用の決まり")
        verbose_name_plural = _("利用の決まり")
        constraints = [
            versions_apart("use_rule_versions_apart", LINE),
            models.CheckConstraint(
                condition=Q(min_minutes__gt=0, min_minutes__lte=F("max_minutes")),
                name="use_rule_lengths",
                violation_error_message=_("最短の利用時間は1分以上で、最長より短くしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(max_age_unit=MaxAgeUnit.SCHOOL_ENTRY)
                | Q(max_age__isnull=False, max_age__gt=0),
                name="use_rule_max_age",
                violation_error_message=_("年齢の上限を「歳」「か月」で決めるときは、数を入れてください。"),
            ),
            models.CheckConstraint(
                condition=Q(no_intake_from__isnull=True, no_intake_until__isnull=True)
                | Q(no_intake_from__isnull=False, no_intake_from__lt=F("no_intake_until")),
                name="use_rule_no_intake",
                violation_error_message=_("受け入れをしない時間は、始まりから終わりの順に、両方を入れてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(window_kind=WindowKind.DATE) | Q(opens_on__isnull=False),
                name="use_rule_opens_on",
                violation_error_message=_("「決まった日から」のときは、受付を始める日を入れてください。"),
            ),
            models.CheckConstraint(
                condition=Q(early_window_months__isnull=True, early_under_months__isnull=True)
                | Q(early_window_months__isnull=False, early_under_months__isnull=False),
                name="use_rule_early_window",
                violation_error_message=_("早く受け付けるときは、月数と月齢の両方を入れてください。"),
            ),
            models.CheckConstraint(
                condition=Q(phone_cut_off_days__isnull=True, phone_cut_off_at__isnull=True)
                | Q(phone_cut_off_days__isnull=False, phone_cut_off_at__isnull=False),
                name="use_rule_phone_cut_off",
                violation_error_message=_("電話・窓口の締切は、日と時刻の両方を入れてください。"),
            ),
            models.CheckConstraint(
                condition=Q(
                    no_show_most__isnull=True, no_show_days__isnull=True,
                    no_show_hold_days__isnull=True,
                )
                | Q(
                    no_show_most__gt=0, no_show_days__isnull=False,
                    no_show_hold_days__isnull=False,
                ),
                name="use_rule_no_show",
                violation_error_message=_("連絡なしの決まりは、回数と2つの期間をすべて入れてください。"),
            ),
            announced_with_day("use_rule_announced_on"),
            models.CheckConstraint(
                condition=Q(
                    infant_ratio__gt=0, ones_twos_ratio__gt=0, threes_ratio__gt=0,
                    fours_up_ratio__gt=0,
                ),
                name="use_rule_ratios",
                violation_error_message=_("職員1人あたりの人数は、1以上にしてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "valid_from", "valid_to", "applies_by", "is_provisional",
            "announcement", "announced_on", "min_age", "min_age_unit", "counts_birth_day",
            "max_age_unit", "max_age", "residency", "excluded_enrolments", "fever_limit",
            "medicine_note", "start_times", "no_intake_from", "no_intake_until", "step_minutes",
            "min_minutes", "max_minutes", "closes_at_year_end", "window_kind", "window_count",
            "opens_on", "opens_at", "phone_opens_at", "if_closed", "early_window_months",
            "early_under_months", "cut_off_days", "cut_off_counts", "cut_off_at",
            "phone_cut_off_days", "phone_cut_off_counts", "phone_cut_off_at", "hold_minutes",
            "waived_reasons", "cascades", "undo_minutes", "offer_minutes", "offer_night_from",
            "offer_night_until", "broadcast_minutes", "no_show_most", "no_show_days",
            "no_show_hold_days", "no_show_subject", "approval", "approval_under_months",
            "approval_one_to_one", "approval_days",
            "infant_ratio", "ones_twos_ratio", "threes_ratio", "fours_up_ratio", "rounding",
            "lease_days",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.facility} {written_term(self)}" if self.facility_id else written_term(self)

    def clean(self) -> None:
        check_order(self)

    # The rows below

    @cached_property
    def blocks(self) -> Sequence[SessionBlock]:
        return self.rows_of(SessionBlock, "block_rows")

    @cached_property
    def release_days(self) -> Sequence[ReleaseDay]:
        return self.rows_of(ReleaseDay, "release_rows")

    @cached_property
    def limits(self) -> Sequence[UseLimit]:
        return self.rows_of(UseLimit, "limit_rows")

    @cached_property
    def quotas(self) -> Sequence[AgeQuota]:
        return self.rows_of(AgeQuota, "quota_rows")

    @cached_property
    def reserves(self) -> Sequence[Reserve]:
        return self.rows_of(Reserve, "reserve_rows")

    @cached_property
    def stages(self) -> Sequence[CancelStage]:
        return self.rows_of(CancelStage, "stage_rows")
