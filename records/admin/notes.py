"""What 申送事項 and 職員メモ share, though their circles of readers differ."""

from typing import Any, ClassVar, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history.context import WalledRequest
from records.admin.bases import CareAdmin


class NoteAdmin(CareAdmin):
    """Author and moment are those of the one who writes; a note stays with its child."""

    list_select_related: ClassVar[tuple[str, ...]] = ("child", "written_by")
    ordering = ("-written_at",)
    autocomplete_fields = ("child",)
    search_fields = ("child__family_name_kana", "child__family_name")
    search_help_text = _("児童の姓・カナ")
    child_path = "child_id"
    purpose = "care"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        written = ("written_by", "written_at")
        return written if obj is None else ("child", *written)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.written_by = request.user
            obj.written_at = cast("WalledRequest", request).context.at
        super().save_model(request, obj, form, change)
