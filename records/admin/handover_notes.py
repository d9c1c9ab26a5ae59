"""申送事項: read by every facility that cares for the child."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from records import rules
from records.admin.filters import NoteDayFilter
from records.admin.notes import NoteAdmin
from records.models import HandoverNote


@admin.register(HandoverNote)
class HandoverNoteAdmin(NoteAdmin):
    # List
    list_display = ("child", "text", "day", "facility", "written_by", "written_at")
    list_filter = (("day", NoteDayFilter),)
    sortable_by = ("day", "written_at")
    when_empty = _("次に預かる職員に伝えることを、「新しく登録」から書いてください。")
    list_select_related = ("child", "facility", "written_by")

    # Form
    fields = ("child", "text", "day", "facility", "written_by", "written_at")

    # Rights: a facility writes its own notes, the center reads them
    may_add = staticmethod(rules.gives_care_on_site)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        duty = rules.duty(request.user)
        own = obj is None or (duty is not None and obj.facility_id == duty.facility)
        return rules.gives_care_on_site(request.user) and own

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("facility", *super().get_readonly_fields(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.facility_id = rules.required_duty(request.user).facility
        super().save_model(request, obj, form, change)
