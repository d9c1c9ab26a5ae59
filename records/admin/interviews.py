"""面接 and 面接枠."""

import uuid
from collections.abc import Iterable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from history.admin import ReadOnlyMixin
from records.admin.bases import CareAdmin
from records.admin.columns import period
from records.models import Interview, InterviewNote


@admin.register(Interview)
class InterviewAdmin(ReadOnlyMixin, CareAdmin):
    # List
    list_display = ("starts_at", "children_names", "facility", "state", "held_by")
    list_filter = ("state",)
    search_fields = (
        "registrations__child__family_name_kana",
        "registrations__child__family_name",
    )
    search_help_text = _("児童の姓・カナ")
    list_select_related = ("place__facility", "held_by", "note")
    ordering = ("-place__starts_at",)
    sortable_by = ("starts_at",)

    # Form
    fields = (
        "starts_at",
        "facility",
        "children_names",
        "state",
        "held_by",
        "held_at",
        "note_text",
        "sheet",
    )

    # Readings
    purpose = "interview"
    when_empty = _("面接枠を登録すると、保護者の方が選んで予約します。")
    history_parts = ((InterviewNote, "interview_id"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interview]:
        return super().get_queryset(request).prefetch_related("registrations__child")

    def children_of(self, rows: Iterable[Interview]) -> list[uuid.UUID]:
        return [each.child_id for row in rows for each in row.registrations.all()]

    @admin.display(description=_("日時"), ordering="place__starts_at")
    def starts_at(self, interview: Interview) -> str:
        return period(interview.place.starts_at, interview.place.ends_at)

    @admin.display(description=_("施設"))
    def facility(self, interview: Interview) -> str:
        return interview.place.facility.name

    @admin.display(description=_("児童"))
    def children_names(self, interview: Interview) -> str:
        return "、".join(each.child.full_name for each in interview.registrations.all())

    @admin.display(description=_("面接の記録"))
    def note_text(self, interview: Interview) -> str:
        note = getattr(interview, "note", None)
        return str(note.text) if note else self.get_empty_value_display()

    @admin.display(description=_("面接の画面"))
    def sheet(self, interview: Interview) -> SafeString:
        url = reverse("admin:interview_sheet", args=[interview.pk])
        return format_html('<a class="button button-secondary" href="{}">{}</a>', url, _("開く"))
