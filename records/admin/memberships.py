"""所属: who works where, in which role, from when to when. Written by the actions alone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history import clock
from records import rules
from records.actions import memberships
from records.admin.bases import RegisterAdmin
from records.admin.fresh import FreshFactorMixin
from records.enums import Role
from records.models import FacilityMembership


@admin.register(FacilityMembership)
class FacilityMembershipAdmin(FreshFactorMixin, RegisterAdmin):
    # List
    list_display = ("user", "facility", "role", "starts_on", "ends_on", "ended_at", "help_reason")
    list_filter = (("facility", admin.RelatedOnlyFieldListFilter), "role")
    list_select_related = ("user", "facility")
    search_fields = ("user__username", "user__name")
    search_help_text = _("職員ID・氏名")
    ordering = ("facility__number", "user__username")
    sortable_by = ("starts_on", "ends_on")

    # Form
    fields = ("user", "facility", "role", "starts_on", "ends_on")
    autocomplete_fields = ("user",)

    # Rights
    may_view = staticmethod(rules.is_office)
    may_add = staticmethod(rules.keeps_accounts)
    may_change = staticmethod(rules.keeps_accounts)
    may_review = staticmethod(rules.is_office)
    purpose = "accounts"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Another place or role is another membership; this one can only end."""
        return ("user", "facility", "role", "starts_on") if obj else ()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A contractor is let in on a page of its own, for a ticket and for minutes."""
        if db_field.name == "role":
            kwargs["choices"] = [each for each in Role.choices if each[0] != Role.CONTRACTOR]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_on": clock.today(), **super().get_changeform_initial_data(request)}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and "ends_on" in form.base_fields:
            form.base_fields["ends_on"].required = True
        return form

    def save_model(
        self, request: HttpRequest, obj: FacilityMembership, form: Any, change: bool
    ) -> None:
        if change:
            last_day = form.cleaned_data["ends_on"]
            memberships.end(membership=obj, on=last_day, today=clock.today())
            return
        made = memberships.grant(
            user=obj.user,
            facility=obj.facility,
            role=Role(obj.role),
            starts_on=obj.starts_on,
            ends_on=obj.ends_on,
            today=clock.today(),
        )
        obj.pk = made.pk
