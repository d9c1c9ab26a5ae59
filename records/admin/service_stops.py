"""受付停止: the center closes a function for a while; managers read it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from history import clock
from records.admin.bases import SettingsAdmin
from records.models import ServiceStop


@admin.register(ServiceStop)
class ServiceStopAdmin(SettingsAdmin):
    # List
    list_display = ("function", "place", "starts_at", "ends_at", "shown_state")
    list_filter = ("function",)
    list_select_related = ("facility",)
    ordering = ("-starts_at",)
    sortable_by = ("starts_at",)

    # Form
    fieldsets = (
        (
            None,
            {
                "fields": ("function", "facility", ("starts_at", "ends_at")),
                "description": _(
                    "次の画面の操作から、すぐに効きます。受け入れやお迎えなど、施設での記録は止まりません。"
                    "再開するときは、終了に今の日時を入れてください。"
                ),
            },
        ),
        (_("保護者の方へのお知らせ"), {"fields": ("notice_ja", "notice_en")}),
    )
    purpose = "settings"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "facility":
            kwargs["empty_label"] = _("空欄（すべての施設）")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("施設"))
    def place(self, stop: ServiceStop) -> Any:
        return stop.facility or _("すべて")

    @admin.display(description=_("状態"))
    def shown_state(self, stop: ServiceStop) -> SafeString:
        at = clock.now()
        if stop.starts_at > at:
            return format_html('<span class="badge">{}</span>', _("予定"))
        if stop.ends_at is None or stop.ends_at > at:
            return format_html('<span class="badge badge-danger">{}</span>', _("停止中"))
        return format_html('<span class="badge badge-muted">{}</span>', _("終了"))
