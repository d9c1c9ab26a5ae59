"""登録の決まり: term and renewal, by version."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from records.admin.bases import SettingsAdmin
from records.admin.columns import provisional_badge
from records.models import RegistrationRule


@admin.register(RegistrationRule)
class RegistrationRuleAdmin(SettingsAdmin):
    # List
    list_display = ("valid_from", "valid_to", "months", "renewal_opens_months_before", "confirmed")
    ordering = ("-valid_from",)

    # Form
    fields = (
        ("valid_from", "valid_to"), ("validity", "months"), "renewal_opens_months_before",
        "is_home_only", ("wait_days", "wait_weekdays_only", "wait_applies_by"), "is_provisional",
    )  # fmt: skip
    purpose = "settings"

    @admin.display(description=_("確認"))
    def confirmed(self, rule: RegistrationRule) -> Any:
        return provisional_badge(rule.is_provisional)
