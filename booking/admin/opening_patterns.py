"""開所時間: the weekly hours of each facility and its standard staffing."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking.models import OpeningPattern
from records.admin.bases import SettingsAdmin
from records.admin.columns import hour, provisional_badge


@admin.register(OpeningPattern)
class OpeningPatternAdmin(SettingsAdmin):
    # List
    list_display = (
        "shown_day", "facility", "hours", "season", "staff_count", "valid_from", "valid_to",
        "confirmed",
    )  # fmt: skip
    list_filter = (("facility", admin.RelatedOnlyFieldListFilter), "weekday", "is_provisional")
    list_select_related = ("facility",)
    ordering = ("facility__number", "weekday", "valid_from")
    sortable_by = ("valid_from",)

    # Form
    fields = (
        "facility", "weekday", ("opens_at", "closes_at"), "is_closed", "staff_count",
        ("first_month", "last_month"), ("valid_from", "valid_to"), "is_provisional",
    )  # fmt: skip
    purpose = "settings"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "facility":
            kwargs["queryset"] = db_field.related_model.objects.bookable()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("曜日"))
    def shown_day(self, pattern: OpeningPattern) -> str:
        return pattern.get_weekday_display()

    @admin.display(description=_("開所時間"))
    def hours(self, pattern: OpeningPattern) -> str:
        if pattern.is_closed:
            return str(_("休所"))
        return f"{hour(pattern.opens_at)}～{hour(pattern.closes_at)}"

    @admin.display(description=_("季節"))
    def season(self, pattern: OpeningPattern) -> str:
        if (pattern.first_month, pattern.last_month) == (1, 12):
            return str(_("通年"))
        return _("%(first)d月～%(last)d月") % {
            "first": pattern.first_month, "last": pattern.last_month,
        }  # fmt: skip

    @admin.display(description=_("確認"))
    def confirmed(self, pattern: OpeningPattern) -> Any:
        return provisional_badge(pattern.is_provisional)
