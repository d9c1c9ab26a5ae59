"""Tariffs, fees and payments. Integer yen; nothing is deleted."""

import uuid

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from booking.enums import FeeState, PaymentMethod
from history.models import tracked
from records.enums import Retention
from records.versions import VersionQuerySet, check_order, versions_apart
from records.visibility import visible


class Tariff(models.Model):
    """A dated fee table: so many yen for each unit of time begun."""

    name = models.CharField(_("名称"), max_length=60)
    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    unit_minutes = models.PositiveSmallIntegerField(_("料金の単位（分）"), default=30)
    unit_amount = models.PositiveIntegerField(_("単位あたりの料金（円）"))
    overrun_grace_minutes = models.PositiveSmallIntegerField(_("延長の猶予（分）"), default=10)
    overrun_unit_minutes = models.PositiveSmallIntegerField(_("延長料金の単位（分）"), default=30)
    overrun_amount = models.PositiveIntegerField(_("延長料金（単位あたり、円）"))
    is_provisional = models.BooleanField(
        _("仮設定"), default=True, help_text=_("センターが確認するまで保護者には表示しません。")
    )

    history = tracked()
    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("料金表")
        verbose_name_plural = _("料金表")
        constraints = [
            versions_apart("tariff_versions_apart"),
            models.CheckConstraint(
                condition=Q(unit_minutes__gt=0, overrun_unit_minutes__gt=0), name="tariff_units",
                violation_error_message=_("単位は1分以上にしてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "name", "valid_from", "valid_to", "unit_minutes", "unit_amount",
            "overrun_grace_minutes", "overrun_unit_minutes", "overrun_amount", "is_provisional",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        check_order(self)


class FeeQuerySet(models.QuerySet["Fee"]):
    def visible_to(self, user: object) -> "FeeQuerySet":
        return self.filter(
            visible(user, facility="facility_id", parents="booking__household__parents")
        )

    def with_paid(self) -> "FeeQuerySet":
        """Annotated with `paid`, the yen received so far (None for nothing)."""
        return self.annotate(paid=Sum("payments__amount"))


class Fee(models.Model):
    """What is owed for one booking, kept with what it was computed from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="fee"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    tariff = models.ForeignKey(Tariff, models.PROTECT, verbose_name=_("料金表"), related_name="+")

    # Inputs
    booked_minutes = models.PositiveSmallIntegerField(_("予約時間（分）"))
    overrun_minutes = models.PositiveSmallIntegerField(_("延長（分）"), default=0)

    # Yen
    care_amount = models.PositiveIntegerField(_("利用料"))
    overrun_amount = models.PositiveIntegerField(_("延長料金"), default=0)
    cancellation_amount = models.PositiveIntegerField(_("キャンセル料"), default=0)
    amount = models.GeneratedField(
        expression=F("care_amount") + F("overrun_amount") + F("cancellation_amount"),
        output_field=models.PositiveIntegerField(),
        db_persist=True,
        verbose_name=_("合計"),
    )

    history = tracked()
    objects = FeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("料金")
        verbose_name_plural = _("料金")
        constraints = [
            models.CheckConstraint(
                condition=Q(cancellation_amount=0) | Q(care_amount=0, overrun_amount=0),
                name="fee_care_or_cancellation",
            )
        ]

    class Privacy:
        open = ("id", "booking", "facility", "tariff", "booked_minutes")
        personal = (
            "overrun_minutes", "care_amount", "overrun_amount", "cancellation_amount", "amount",
        )  # fmt: skip
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return str(self.booking)

    def paid_amount(self) -> int:
        """Yen received; from the annotation of `with_paid` where there is one."""
        if not hasattr(self, "paid"):
            self.paid = self.payments.aggregate(sum=Sum("amount"))["sum"]
        return self.paid or 0

    @property
    def due(self) -> int:
        return self.amount - self.paid_amount()

    @property
    def state(self) -> FeeState:
        if self.amount == 0:
            return FeeState.NOTHING_DUE
        if self.due <= 0:
            return FeeState.PAID
        return FeeState.PARTLY_PAID if self.paid_amount() else FeeState.UNPAID


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: object) -> "PaymentQuerySet":
        return self.filter(
            visible(user, facility="facility_id", parents="fee__booking__household__parents")
        )


class Payment(models.Model):
    """Money that moved, with its receipt number: one sequence per facility and fiscal year."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fee = models.ForeignKey(Fee, models.PROTECT, verbose_name=_("料金"), related_name="payments")
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    amount = models.PositiveIntegerField(_("金額"))
    method = models.CharField(
        _("支払方法"), max_length=10, choices=PaymentMethod.choices, default=PaymentMethod.CASH
    )
    received_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("受け取った職員"), related_name="+"
    )
    received_at = models.DateTimeField(_("受領日時"))
    receipt_year = models.PositiveSmallIntegerField(_("年度"))
    receipt_number = models.PositiveIntegerField(_("領収番号"))
    receipt_printed_at = models.DateTimeField(_("領収証の発行日時"), null=True, blank=True)
    # The last time; the history holds every one.
    receipt_reissued_at = models.DateTimeField(_("領収証の再発行日時"), null=True, blank=True)

    history = tracked()
    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("入金")
        verbose_name_plural = _("入金")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "receipt_year", "receipt_number"], name="payment_receipt_once"
            ),
            models.CheckConstraint(
                condition=Q(receipt_reissued_at__isnull=True)
                | Q(receipt_printed_at__lte=F("receipt_reissued_at")),
                name="payment_reissued_after_print",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive"),
        ]

    class Privacy:
        open = (
            "id", "fee", "facility", "method", "receipt_year", "receipt_number",
            "receipt_printed_at", "receipt_reissued_at",
        )  # fmt: skip
        personal = ("amount", "received_by", "received_at")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return self.receipt_label

    @property
    def receipt_label(self) -> str:
        """R8-00012: the year of the era and the number within facility and fiscal year."""
        return f"R{self.receipt_year - 2018}-{self.receipt_number:05d}"
