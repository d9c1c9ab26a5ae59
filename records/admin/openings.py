"""受付開始日: when registration, interviews and booking begin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from records.admin.bases import SettingsAdmin
from records.models import Opening


@admin.register(Opening)
class OpeningAdmin(SettingsAdmin):
    # List
    list_display = ("function", "place", "opens_at", "first_day", "last_day")
    list_filter = ("function",)
    list_select_related = ("facility",)
    ordering = ("opens_at",)
    sortable_by = ("opens_at",)

    # Form
    fields = ("function", "facility", "opens_at", ("first_day", "last_day"))
    purpose = "settings"
    when_empty = _("開始日を決めていません。登録も予約も、いつでも受け付けます。")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "facility":
            kwargs["empty_label"] = _("空欄（すべての施設）")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("施設"))
    def place(self, opening: Opening) -> Any:
        return opening.facility or _("すべて")
