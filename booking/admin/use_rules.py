"""利用の決まり: who may book what and when, by version."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from booking.admin.forms import UseRuleForm
from booking.admin.inlines import RULE_PARTS
from booking.admin.versions import VersionAdmin
from booking.models import Booking, UseRule
from booking.wording import window
from records.admin.columns import provisional_badge


@admin.register(UseRule)
class UseRuleAdmin(VersionAdmin):
    # List
    list_display = ("valid_from", "valid_to", "line", "applies_by", "opens", "confirmed")
    list_filter = (("facility", admin.RelatedOnlyFieldListFilter), "is_provisional")
    list_select_related = ("facility",)
    ordering = ("-valid_from",)
    sortable_by = ("valid_from",)

    # Form
    form = UseRuleForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "facility",
                    ("valid_from", "valid_to"),
                    "applies_by",
                    "is_provisional",
                    ("announcement", "announced_on"),
                )
            },
        ),
        (
            _("利用できる児童"),
            {
                "fields": (
                    ("min_age", "min_age_unit"),
                    "counts_birth_day",
                    ("max_age_unit", "max_age"),
                    "residency",
                    "excluded_enrolments",
                    ("fever_limit", "medicine_note"),
                )
            },
        ),
        (
            _("利用できる時間"),
            {
                "fields": (
                    "start_times",
                    ("no_intake_from", "no_intake_until"),
                    "step_minutes",
                    ("min_minutes", "max_minutes"),
                    "closes_at_year_end",
                )
            },
        ),
        (
            _("予約の受付"),
            {
                "fields": (
                    ("window_kind", "window_count"),
                    "opens_on",
                    ("opens_at", "phone_opens_at"),
                    "if_closed",
                    ("early_window_months", "early_under_months"),
                    ("cut_off_days", "cut_off_counts", "cut_off_at"),
                    ("phone_cut_off_days", "phone_cut_off_counts", "phone_cut_off_at"),
                    "hold_minutes",
                )
            },
        ),
        (_("予約の確定"), {"fields": ("approval", "approval_under_months", "approval_one_to_one")}),
        (_("キャンセル"), {"fields": ("waived_reasons", "undo_minutes", "cascades")}),
        (
            _("連絡なしが続いたとき"),
            {"fields": ("no_show_most", "no_show_days", "no_show_hold_days")},
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
    inlines = RULE_PARTS
    purpose = "settings"
    promised_by = (Booking, "use_rule")
    still_open = (*VersionAdmin.still_open, "announcement", "announced_on")
    history_parts = tuple((inline.model, "rule_id") for inline in RULE_PARTS)

    @admin.display(description=_("対象"))
    def line(self, rule: UseRule) -> Any:
        return rule.facility or _("区全体")

    @admin.display(description=_("予約受付の開始"))
    def opens(self, rule: UseRule) -> str:
        return "／".join(window(rule))

    @admin.display(description=_("確認"))
    def confirmed(self, rule: UseRule) -> Any:
        return provisional_badge(rule.is_provisional)
