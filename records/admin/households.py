"""世帯: addresses and parents."""

import uuid
from collections.abc import Iterable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from records import codes, rules
from records.admin.bases import CareAdmin
from records.admin.columns import badge
from records.admin.inlines import ParentInline
from records.models import Household, Parent, Proposal


@admin.register(Household)
class HouseholdAdmin(CareAdmin):
    # List
    list_display = ("shown_code", "parents", "children_names", "address", "protection")
    list_filter = ("is_protected",)
    search_fields = ("code", "parents__family_name_kana", "parents__family_name")
    search_help_text = _("世帯ID・保護者の姓・カナ")
    list_select_related = ("home_facility",)
    ordering = ("code",)
    sortable_by = ("shown_code",)

    # Form
    fieldsets = (
        (None, {"fields": ("shown_code", "home_facility", "children_links")}),
        (
            _("住所"),
            {
                "fields": (
                    "postal_code",
                    ("prefecture", "city"),
                    "street",
                    "building",
                    ("residency_checked_on", "visits_until"),
                    "is_protected",
                )
            },
        ),
    )
    readonly_fields = ("shown_code", "home_facility", "children_links")
    inlines = (ParentInline,)

    # Rights and readings
    may_change = staticmethod(rules.works_with_children)
    purpose = "register"
    when_empty = _("保護者の方がこの施設に面接を申し込むと、ご家庭がここに表示されます。")
    history_parts = ((Parent, "household_id"), (Proposal, "household_id"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Household]:
        return super().get_queryset(request).prefetch_related("parents", "children")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Household], search_term: str
    ) -> tuple[QuerySet[Household], bool]:
        digits = codes.normalised(search_term)
        return super().get_search_results(
            request, queryset, digits if digits.isdigit() else search_term
        )

    def children_of(self, rows: Iterable[Household]) -> list[uuid.UUID]:
        return [child.pk for row in rows for child in row.children.all()]

    @admin.display(description=_("世帯ID"), ordering="code")
    def shown_code(self, household: Household) -> str:
        return codes.display(household.code)

    @admin.display(description=_("保護者"))
    def parents(self, household: Household) -> str:
        return "、".join(parent.full_name for parent in household.parents.all())

    @admin.display(description=_("児童"))
    def children_names(self, household: Household) -> str:
        return "、".join(child.full_name for child in household.children.all())

    @admin.display(description=_("児童"))
    def children_links(self, household: Household) -> SafeString:
        return format_html_join(
            "、",
            '<a href="{}">{}</a>',
            (
                (reverse("admin:records_child_change", args=[child.pk]), child.full_name)
                for child in household.children.all()
            ),
        )

    @admin.display(description=_("住所"))
    def address(self, household: Household) -> str:
        """A protected family's address stays on its own form."""
        return str(_("（伏せています）")) if household.is_protected else household.full_address

    @admin.display(description=_("支援措置"))
    def protection(self, household: Household) -> SafeString | str:
        return badge(_("住所を伏せる"), "badge-danger") if household.is_protected else ""
