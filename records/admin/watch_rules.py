"""監視の基準: what raises an alert, by version."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from records.admin.bases import SettingsAdmin
from records.admin.columns import provisional_badge
from records.models import WatchRule


@admin.register(WatchRule)
class WatchRuleAdmin(SettingsAdmin):
    # List
    list_display = (
        "valid_from", "valid_to", "account_failures", "children_outside", "night_readings",
        "confirmed",
    )  # fmt: skip
    ordering = ("-valid_from",)

    # Form
    fieldsets = (
        (None, {"fields": (("valid_from", "valid_to"), "is_provisional")}),
        (
            _("ログインの失敗"),
            {"fields": ("failure_minutes", "account_failures", "address_failures")},
        ),
        (
            _("閲覧"),
            {"fields": ("children_outside", ("night_from", "night_to"), "night_readings")},
        ),
    )
    purpose = "settings"

    @admin.display(description=_("確認"))
    def confirmed(self, rule: WatchRule) -> Any:
        return provisional_badge(rule.is_provisional)
