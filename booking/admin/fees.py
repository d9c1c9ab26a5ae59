"""料金: amounts, computed once and kept with what they were computed from."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from booking.admin.columns import fee_badge, yen
from booking.admin.filters import PaidFilter
from booking.models import Fee, Payment
from booking.models.fee import FeeQuerySet
from history.admin import ReadOnlyMixin
from records.admin.bases import CareAdmin
from records.admin.columns import period, two_lines


@admin.register(Fee)
class FeeAdmin(ReadOnlyMixin, CareAdmin):
    # List
    list_display = ("used", "child", "payer", "amount_in_yen", "due_in_yen", "shown_state")
    list_filter = (PaidFilter,)
    search_fields = ("booking__child_name_kana", "booking__child_name", "booking__payer_name")
    search_help_text = _("児童・保護者の氏名")
    list_select_related = ("booking__facility", "tariff")
    ordering = ("-booking__starts_at",)
    sortable_by = ("used", "amount_in_yen")

    # Form
    fieldsets = (
        (None, {"fields": ("child", "payer", "used", "shown_state")}),
        (
            _("計算"),
            {
                "fields": (
                    "tariff", "booked_minutes", "used_minutes", "overrun_minutes", "care_in_yen",
                    "relief_in_yen", "overrun_in_yen", "cancellation_in_yen", "amount_in_yen",
                    "due_in_yen",
                )
            },
        ),
    )  # fmt: skip

    # Readings
    facility_path = "facility"
    purpose = "fee"
    when_empty = _("「今日」の一覧で「お迎え」を押すと料金が計算され、ここに表示されます。")
    child_path = "booking.child_id"
    history_parts = ((Payment, "fee_id"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fee]:
        return cast("FeeQuerySet", super().get_queryset(request)).with_paid()

    @admin.display(description=_("利用日時"), ordering="booking__starts_at")
    def used(self, fee: Fee) -> str:
        return period(fee.booking.starts_at, fee.booking.ends_at)

    @admin.display(description=_("児童"))
    def child(self, fee: Fee) -> SafeString:
        return two_lines(fee.booking.child_name, fee.booking.child_name_kana)

    @admin.display(description=_("保護者"))
    def payer(self, fee: Fee) -> str:
        return fee.booking.payer_name

    @admin.display(description=_("利用料"))
    def care_in_yen(self, fee: Fee) -> str:
        return yen(fee.care_amount)

    @admin.display(description=_("減免"))
    def relief_in_yen(self, fee: Fee) -> str:
        return f"{yen(fee.relief_amount)} {fee.get_relief_display()}".strip()

    @admin.display(description=_("延長料金"))
    def overrun_in_yen(self, fee: Fee) -> str:
        return yen(fee.overrun_amount)

    @admin.display(description=_("キャンセル料"))
    def cancellation_in_yen(self, fee: Fee) -> str:
        return yen(fee.cancellation_amount)

    @admin.display(description=_("合計"), ordering="amount")
    def amount_in_yen(self, fee: Fee) -> str:
        return yen(fee.amount)

    @admin.display(description=_("未収"))
    def due_in_yen(self, fee: Fee) -> str:
        return yen(fee.due)

    @admin.display(description=_("状態"))
    def shown_state(self, fee: Fee) -> SafeString:
        return fee_badge(fee)
