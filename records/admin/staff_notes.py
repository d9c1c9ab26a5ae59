"""職員メモ: read by the home facility and the center only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from records import rules
from records.admin.notes import NoteAdmin
from records.models import StaffNote


@admin.register(StaffNote)
class StaffNoteAdmin(NoteAdmin):
    # List
    list_display = ("child", "text", "written_by", "written_at")
    sortable_by = ("written_at",)
    when_empty = _("登録施設とセンターだけで共有することを、「新しく登録」から書いてください。")

    # Form
    fields = ("child", "text", "written_by", "written_at")

    # Rights
    may_add = staticmethod(rules.works_with_children)
    may_change = staticmethod(rules.works_with_children)
