"""施設, with the object permissions that its groups have."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from guardian.admin import GuardedModelAdminMixin

from records import rules
from records.actions import memberships
from records.admin.bases import SettingsAdmin
from records.models import Facility


@admin.register(Facility)
class FacilityAdmin(GuardedModelAdminMixin, SettingsAdmin):
    # List
    list_display = ("number", "name", "address", "shown_capacity", "operator", "phone")
    list_select_related = ("operator",)
    list_display_links = ("name",)
    sortable_by = ("number",)
    search_fields = ("name", "code")

    # Form
    fieldsets = (
        (None, {"fields": ("number", "code", "name", "operator", "capacity")}),
        (_("場所と連絡先"), {"fields": ("address", "phone", "access")}),
    )
    purpose = "settings"

    # Object permissions: who may grant them is the center alone
    # Guardian and Django's stubs disagree whether it belongs to the class.
    change_form_template = "admin/records/facility/change_form.html"  # type: ignore[misc]
    obj_perms_manage_template = "admin/records/facility/permissions.html"

    def obj_perms_manage_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.method != "GET" or not rules.is_center(request.user):
            raise PermissionDenied
        return super().obj_perms_manage_view(request, *args, **kwargs)

    def get_obj_perms_base_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Only the rights that memberships give; Django's own are not asked here."""
        context = super().get_obj_perms_base_context(request, obj)
        own = [codename for codename, _name in self.opts.permissions]
        context["model_perms"] = context["model_perms"].filter(codename__in=own)
        return context

    def obj_perms_manage_user_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Rights hang on groups, which follow memberships; no single account has any."""
        raise PermissionDenied

    def obj_perms_manage_group_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A group has its rights from its role."""
        raise PermissionDenied

    def save_model(self, request: HttpRequest, obj: Facility, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change or "operator" not in form.changed_data:
            return
        at = request.context.at  # type: ignore[attr-defined]
        left = memberships.change_operator(facility=obj, operator=obj.operator, at=at)
        messages.warning(
            request,
            _("運営事業者が変わったため、%(count)d人の所属を終了しました。次の操作から使えません。")
            % {"count": len(left)},
        )

    @admin.display(description=_("定員"), ordering="capacity")
    def shown_capacity(self, facility: Facility) -> str:
        if facility.is_center:
            return str(_("（予約なし）"))
        return str(_("%(count)d人")) % {"count": facility.capacity}
