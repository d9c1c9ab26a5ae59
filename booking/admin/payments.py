"""入金: money that moved, with its receipt. It is taken on the day's list."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from booking.admin.columns import yen
from booking.models import Payment
from history.admin import ReadOnlyMixin
from records.admin.bases import CareAdmin


@admin.register(Payment)
class PaymentAdmin(ReadOnlyMixin, CareAdmin):
    # List
    list_display = ("receipt", "received_at", "child", "amount_in_yen", "method", "received_by")
    list_filter = ("method",)
    date_hierarchy = "received_at"
    search_fields = ("fee__booking__child_name_kana", "fee__booking__child_name")
    search_help_text = _("児童の氏名・カナ")
    list_select_related = ("fee__booking__facility", "received_by")
    ordering = ("-received_at",)
    sortable_by = ("received_at",)

    # Form
    fields = (
        "receipt", "child", "amount_in_yen", "method", "received_by", "received_at",
        "receipt_printed_at", "receipt_reissued_at", "paper",
    )  # fmt: skip

    # Readings
    facility_path = "facility"
    purpose = "fee"
    when_empty = _("「今日」の一覧から料金を受け取ると、ここに表示されます。")
    child_path = "fee.booking.child_id"

    @admin.display(description=_("領収番号"))
    def receipt(self, payment: Payment) -> str:
        return payment.receipt_label

    @admin.display(description=_("児童"))
    def child(self, payment: Payment) -> str:
        return payment.fee.booking.child_name

    @admin.display(description=_("金額"))
    def amount_in_yen(self, payment: Payment) -> str:
        return yen(payment.amount)

    @admin.display(description=_("領収証"))
    def paper(self, payment: Payment) -> Any:
        url = reverse("admin:payment", args=[payment.fee.booking_id])
        return format_html(
            '<a class="button button-secondary" href="{}">{}</a>', url, _("料金の画面で発行する")
        )
