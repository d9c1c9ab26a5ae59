"""午睡チェックの間隔, by version."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from booking.day.models import NapRule
from records.admin.bases import SettingsAdmin
from records.admin.columns import provisional_badge


@admin.register(NapRule)
class NapRuleAdmin(SettingsAdmin):
    # List
    list_display = ("valid_from", "valid_to", "infant_minutes", "toddler_minutes", "confirmed")
    ordering = ("-valid_from",)

    # Form
    fieldsets = (
        (None, {"fields": (("valid_from", "valid_to"), "is_provisional")}),
        (None, {"fields": ("infant_minutes", "toddler_minutes")}),
    )
    purpose = "settings"

    @admin.display(description=_("確認"))
    def confirmed(self, rule: NapRule) -> Any:
        return provisional_badge(rule.is_provisional)
