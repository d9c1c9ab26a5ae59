"""What the ward or a facility goes by: read before it is saved for what it will do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from records.admin.bases import SettingsAdmin

# The field of a form that was looked at.
SURE = "_sure"


class PreviewedAdmin(SettingsAdmin):
    """A form without faults first shows `preview_template`, and is saved from there.

    `effects` says what the template shows besides the row as it was typed, its `object`.
    """

    preview_template: str

    def effects(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        raise NotImplementedError

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "facility":
            kwargs["empty_label"] = _("空欄（すべての施設）")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # Looking before saving

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if request.method == "POST" and SURE not in request.POST:
            typed = self.typed(request, object_id)
            if typed is not None:
                return self.preview(request, typed)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def typed(self, request: HttpRequest, object_id: str | None) -> Any | None:
        """The row as it was typed; None where it has faults to be shown."""
        obj = self.get_object(request, object_id) if object_id else None
        if not (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        ):
            return None
        form = self.get_form(request, obj, change=obj is not None)(request.POST, instance=obj)
        return form.instance if form.is_valid() else None

    def preview(self, request: HttpRequest, obj: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("保存する前の確認"),
            "opts": self.opts,
            "object": obj,
            "typed": [
                (name, value)
                for name, values in request.POST.lists()
                if name != "csrfmiddlewaretoken"
                for value in values
            ],
            "sure": SURE,
        }
        return render(request, self.preview_template, context | self.effects(request, obj))
