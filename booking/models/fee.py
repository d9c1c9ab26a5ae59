"""Fees and payments. Integer yen; nothing is deleted."""

import uuid

from django.db import models
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from booking.enums import FeeState, PaymentMethod, ReliefKind
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.visibility import visible


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
    tariff = models.ForeignKey(
        "booking.Tariff", models.PROTECT, verbose_name=_("料金表"), related_name="+"
    )

    # Inputs, as they were when it was promised
    booked_minutes = models.PositiveSmallIntegerField(_("予約時間（分）"))
    age_years = models.PositiveSmallIntegerField(_("年齢（予約時）"))
    is_resident = models.BooleanField(_("区内に住んでいる（予約時）"))
    minutes_beyond = models.PositiveSmallIntegerField(_("上限超過分（分）"), default=0)

    # Inputs that a departure adds. Of the booked minutes those in care, where the tariff charges
    # them; else empty
    used_minutes = models.PositiveSmallIntegerField(
        _("実際の利用時間（分）"), null=True, blank=True
    )
    overrun_minutes = models.PositiveSmallIntegerField(_("延長（分）"), default=0)
    relief = models.CharField(_("減免"), max_length=16, choices=ReliefKind.choices, blank=True)

    # Yen; what was promised stays, whatever becomes of the booking
    promised_amount = models.PositiveIntegerField(_("利用料（予約時）"))
    care_amount = models.PositiveIntegerField(_("利用料"))
    relief_amount = models.PositiveIntegerField(_("減免額"), default=0)
    overrun_amount = models.PositiveIntegerField(_("延長料金"), default=0)
    cancellation_amount = models.PositiveIntegerField(_("キャンセル料"), default=0)
    # A manager's exception, with the reason that the family reads; the history says whose
    waived_amount = models.PositiveIntegerField(_("免除額"), default=0)
    waived_reason = EncryptedTextField(_("免除の理由"), max_length=200, null=True, blank=True)
    amount = models.GeneratedField(
        expression=F("care_amount")
        + F("overrun_amount")
        + F("cancellation_amount")
        - F("relief_amount")
        - F("waived_amount"),
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
            ),
            models.CheckConstraint(
                condition=Q(care_amount=0)
                | Q(care_amount=F("promised_amount"))
                | Q(care_amount__lt=F("promised_amount"), used_minutes__isnull=False),
                name="fee_care_as_promised",
            ),
            models.CheckConstraint(
                condition=Q(used_minutes__isnull=True)
                | Q(used_minutes__lte=F("booked_minutes"), cancellation_amount=0),
                name="fee_used_of_booked",
            ),
            models.CheckConstraint(
                condition=Q(relief_amount__lte=F("care_amount")), name="fee_relief_of_care"
            ),
            models.CheckConstraint(
                condition=Q(waived_amount=0, waived_reason__isnull=True)
                | (
                    Q(waived_amount__gt=0)
                    & Q(waived_amount__lte=F("overrun_amount") + F("cancellation_amount"))
                    & Q(waived_reason__isnull=False)
                ),
                name="fee_waived_with_reason",
            ),
        ]

    class Privacy:
        open = ("id", "booking", "facility", "tariff", "booked_minutes")
        personal = (
            "age_years", "is_resident", "minutes_beyond", "used_minutes", "overrun_minutes",
            "relief", "promised_amount", "care_amount", "relief_amount", "overrun_amount",
            "cancellation_amount", "waived_amount", "waived_reason", "amount",
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
