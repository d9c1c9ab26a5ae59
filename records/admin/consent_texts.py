"""同意の本文, by version."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from records.admin.bases import SettingsAdmin
from records.models import ConsentText


@admin.register(ConsentText)
class ConsentTextAdmin(SettingsAdmin):
    # List
    list_display = ("kind", "version")
    ordering = ("kind", "-version")

    # Form
    fields = ("kind", "version", "text", "text_en")
    purpose = "settings"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A published version stands; a new one is another version."""
        return obj is None and super().has_change_permission(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        newest = self.model.objects.order_by("-version").first()
        return {"version": newest.version + 1 if newest else 1}
