"""Tariffs: dated fee tables of prices and reliefs. Integer yen."""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from booking.enums import ChargedTime, Domicile, ReliefKind
from booking.models.parts import Bundle, BundleQuerySet, Part, announced_with_day
from history.models import tracked
from records.enums import DayOf, Retention
from records.versions import LINE, check_order, versions_apart

# No child of a later age is before school.
LAST_AGE = 6


def _bounds(first: object, last: object) -> Func:
    return Func(
        first, last, RangeBoundary(inclusive_upper=True),
        function="int4range", output_field=IntegerRangeField(),
    )  # fmt: skip


def _number(of: Domicile, *, other: int) -> Case:
    """Residents are 0, others 1; who is not named is both."""
    return Case(
        When(domicile=of, then=Value(1 - other)), default=Value(other), output_field=IntegerField()
    )


class Price(Part):
    """What a stretch of the use costs: so many yen for each unit of time begun.

    A row prices the minutes from its `after_minutes` on, up to where the next row begins. So a
    price by the hour is one row, a tier two, a table of steps or a block rows whose units are as
    long as the steps.
    """

    tariff = models.ForeignKey("booking.Tariff", models.CASCADE, related_name="price_rows")
    below = "tariff"

    # For whom, and for which hours of the day
    from_age = models.PositiveSmallIntegerField(
        _("何歳から"), default=0, validators=[MaxValueValidator(LAST_AGE)]
    )
    to_age = models.PositiveSmallIntegerField(
        _("何歳まで"), default=LAST_AGE, validators=[MaxValueValidator(LAST_AGE)]
    )
    domicile = models.CharField(
        _("区内・区外"), max_length=12, choices=Domicile.choices, blank=True,
        help_text=_("どちらにも同じ料金のときは空欄にします。"),
    )  # fmt: skip
    band_from = models.TimeField(_("時間帯（から）"), null=True, blank=True)
    band_to = models.TimeField(_("時間帯（まで）"), null=True, blank=True)
    is_beyond_limit = models.BooleanField(
        _("上限超過分"), default=False,
        help_text=_("利用時間の上限を超えた分に、この料金を使います。"),
    )  # fmt: skip

    # How much
    after_minutes = models.PositiveSmallIntegerField(
        _("何分を超えた分から"), default=0, help_text=_("最初からのときは0にします。")
    )
    unit_minutes = models.PositiveSmallIntegerField(
        _("単位（分）"), default=30, validators=[MinValueValidator(1)]
    )
    unit_amount = models.PositiveIntegerField(_("単位あたりの料金（円）"))

    history = tracked()

    class Meta:
        verbose_name = _("利用料")
        verbose_name_plural = _("利用料")
        ordering = ["is_beyond_limit", "from_age", "domicile", "band_from", "after_minutes", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_minutes__gt=0), name="price_unit",
                violation_error_message=_("単位は1分以上にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(from_age__lte=F("to_age")), name="price_ages",
                violation_error_message=_("年齢は、小さい方から大きい方へ入力してください。"),
            ),
            models.CheckConstraint(
                condition=Q(band_from__isnull=True, band_to__isnull=True)
                | Q(band_from__isnull=False, band_to__isnull=False, band_from__lt=F("band_to")),
                name="price_band",
                violation_error_message=_("時間帯は、始まりと終わりの両方を入力してください。"),
            ),
            ExclusionConstraint(
                name="price_once",
                expressions=[
                    ("tariff", RangeOperators.EQUAL),
                    ("after_minutes", RangeOperators.EQUAL),
                    (Func("is_beyond_limit", template="(%(expressions)s::int)",
                          output_field=IntegerField()), RangeOperators.EQUAL),
                    (Coalesce("band_from", Value(dt.time.min)), RangeOperators.EQUAL),
                    (Coalesce("band_to", Value(dt.time.max)), RangeOperators.EQUAL),
                    (_bounds("from_age", "to_age"), RangeOperators.OVERLAPS),
                    (
                        _bounds(
                            _number(Domicile.NON_RESIDENT, other=0),
                            _number(Domicile.RESIDENT, other=1),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("同じ年齢・区分・時間に、別の料金がすでにあります。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "tariff", "from_age", "to_age", "domicile", "band_from", "band_to",
            "is_beyond_limit", "after_minutes", "unit_minutes", "unit_amount",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return _("%(minutes)d分 %(amount)d円") % {
            "minutes": self.unit_minutes, "amount": self.unit_amount,
        }  # fmt: skip

    def clean(self) -> None:
        if (self.band_from is None) != (self.band_to is None):
            empty = "band_to" if self.band_to is None else "band_from"
            raise ValidationError({empty: _("時間帯は、始まりと終わりの両方を入力してください。")})


class Relief(Part):
    """減免: by how much a tariff relieves families of one kind of their fee for care."""

    tariff = models.ForeignKey("booking.Tariff", models.CASCADE, related_name="relief_rows")
    below = "tariff"
    kind = models.CharField(_("区分"), max_length=16, choices=ReliefKind.choices)
    percent = models.PositiveSmallIntegerField(
        _("減免の割合（％）"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    history = tracked()

    class Meta:
        verbose_name = _("減免")
        verbose_name_plural = _("減免")
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["tariff", "kind"], name="relief_once",
                violation_error_message=_("同じ区分の減免がすでにあります。"),
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="relief_percent",
                violation_error_message=_("割合は1から100までで入力してください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "tariff", "kind", "percent")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.percent}%"


class Tariff(Bundle):
    """A dated fee table of the ward or of one facility. What an hour costs stands in its prices."""

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), null=True, blank=True,
        related_name="+", limit_choices_to={"capacity__isnull": False},
        help_text=_("空欄のときは、区全体の料金表です。"),
    )  # fmt: skip
    name = models.CharField(_("名称"), max_length=60)
    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    applies_by = models.CharField(
        _("切り替えの基準"), max_length=10, choices=DayOf.choices, default=DayOf.USE,
        help_text=_("前の版からこの版へ、利用日で切り替えるか、申込日で切り替えるかを選びます。"),
    )  # fmt: skip
    charged_time = models.CharField(
        _("料金の対象となる時間"), max_length=10, choices=ChargedTime.choices,
        default=ChargedTime.BOOKED,
        help_text=_("早いお迎えや遅い受け入れのときに、利用料を減らすかどうかを選びます。"),
    )  # fmt: skip
    day_cap = models.PositiveIntegerField(
        _("1日の上限（円）"), null=True, blank=True, help_text=_("上限がないときは空欄にします。")
    )
    overrun_grace_minutes = models.PositiveSmallIntegerField(_("延長の猶予（分）"), default=10)
    overrun_unit_minutes = models.PositiveSmallIntegerField(
        _("延長料金の単位（分）"), default=30, validators=[MinValueValidator(1)]
    )
    overrun_amount = models.PositiveIntegerField(_("延長料金（単位あたり、円）"))
    is_provisional = models.BooleanField(
        _("仮設定"), default=True, help_text=_("センターが確認するまで保護者には表示しません。")
    )

    history = tracked()
    objects = BundleQuerySet.as_manager()

    PARTS: ClassVar[dict[str, type[Part]]] = {"price_rows": Price, "relief_rows": Relief}

    class Meta:
        verbose_name = _("料金表")
        verbose_name_plural = _("料金表")
        constraints = [
            versions_apart("tariff_versions_apart", LINE),
            announced_with_day("tariff_announced_on"),
            models.CheckConstraint(
                condition=Q(overrun_unit_minutes__gt=0), name="tariff_overrun_unit",
                violation_error_message=_("単位は1分以上にしてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "name", "valid_from", "valid_to", "applies_by", "charged_time",
            "day_cap", "overrun_grace_minutes", "overrun_unit_minutes", "overrun_amount",
            "is_provisional", "announcement", "announced_on",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_order(self)

    @cached_property
    def prices(self) -> Sequence[Price]:
        return self.rows_of(Price, "price_rows")

    @cached_property
    def reliefs(self) -> Sequence[Relief]:
        return self.rows_of(Relief, "relief_rows")
