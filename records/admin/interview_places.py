"""面接枠: times at which a family can be interviewed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from records import rules
from records.admin.bases import CareAdmin
from records.models import InterviewPlace


@admin.register(InterviewPlace)
class InterviewPlaceAdmin(CareAdmin):
    # List
    list_display = ("starts_at", "minutes", "facility", "is_taken")
    list_filter = (("is_taken", admin.BooleanFieldListFilter),)
    date_hierarchy = "starts_at"
    list_select_related = ("facility",)
    ordering = ("-starts_at",)
    sortable_by = ("starts_at",)

    # Form
    fields = ("facility", "starts_at", "minutes")

    # Rights
    may_add = staticmethod(rules.works_with_children)
    facility_path = "facility"
    purpose = "interview"
    when_empty = _("「新しく登録」から、面接のできる日時を登録してください。")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A time that a family has booked stays as it was told them."""
        return rules.works_with_children(request.user) and not (obj and obj.is_taken)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A free time can be taken back, one that was ever booked can't."""
        return (
            obj is not None
            and rules.works_with_children(request.user)
            and not obj.interviews.exists()
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "facility":
            duty = rules.required_duty(request.user)
            own = duty.facilities
            kwargs["queryset"] = db_field.related_model.objects.bookable().filter(pk__in=own)
            kwargs["initial"] = duty.facility
            kwargs["empty_label"] = None if len(own) == 1 else _("施設を選んでください")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
