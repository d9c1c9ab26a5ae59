"""利用の決まり: who may book what and when, by version."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from booking.admin.versions import VersionAdmin
from booking.models import Booking, UseRule
from records.admin.columns import provisional_badge


@admin.register(UseRule)
class UseRuleAdmin(VersionAdmin):
    # List
    list_display = (
        "valid_from", "valid_to", "window_months", "cut_off_days", "free_cancel_days", "confirmed",
    )  # fmt: skip
    ordering = ("-valid_from",)

    # Form
    fieldsets = (
        (None, {"fields": (("valid_from", "valid_to"), "is_provisional")}),
        (_("利用できる児童"), {"fields": ("min_age_months",)}),
        (
            _("予約の受付"),
            {
                "fields": (
                    ("window_months", "window_opens_at"),
                    ("cut_off_days", "cut_off_at"),
                    ("min_minutes", "max_minutes"),
                    "closes_at_year_end",
                )
            },
        ),
        (
            _("キャンセル"),
            {"fields": (("free_cancel_days", "free_cancel_until"), "late_cancel_percent")},
        ),
        (
            _("職員の配置"),
            {
                "fields": (
                    ("infant_ratio", "ones_twos_ratio"),
                    ("threes_ratio", "fours_up_ratio"),
                    "rounding",
                ),
                "description": _(
                    "児童福祉法施行規則 第36条の35にもとづく、職員1人あたりの人数です。"
                ),
            },
        ),
        (_("利用のあと"), {"fields": ("lease_days",)}),
    )
    purpose = "settings"
    promised_by = (Booking, "use_rule")

    @admin.display(description=_("確認"))
    def confirmed(self, rule: UseRule) -> Any:
        return provisional_badge(rule.is_provisional)
