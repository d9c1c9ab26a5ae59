"""運営事業者."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from records.admin.bases import SettingsAdmin
from records.models import Operator


@admin.register(Operator)
class OperatorAdmin(SettingsAdmin):
    # List
    list_display = ("name", "facility_names")

    # Form
    fields = ("name",)
    purpose = "settings"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("facilities")

    @admin.display(description=_("施設"))
    def facility_names(self, operator: Operator) -> str:
        return "、".join(facility.name for facility in operator.facilities.all())
