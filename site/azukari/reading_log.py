"""閲覧記録 in the staff tool: who saw what. It stands here because names and rights come from the
register, which the history does not know.
"""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history.admin import ReadOnlyMixin, RecordedAdmin
from history.differences import ENTRIES
from history.models import Entry
from records import rules
from records.admin import people
from records.enums import Role
from records.models import Facility


@admin.register(Entry)
class EntryAdmin(ReadOnlyMixin, RecordedAdmin):
    # List
    list_display = ("at", "person", "act", "kind", "children_count", "place", "address")
    list_filter = ("act",)
    date_hierarchy = "at"
    ordering = ("-at",)
    sortable_by = ("at",)

    # Form
    fields = (
        "at", "person", "act", "kind", "purpose", "place", "entry", "address", "path", "request",
        "object_ids", "child_ids", "fields",
    )  # fmt: skip

    # Rights and readings
    may_view = staticmethod(rules.reviews)
    purpose = "review"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        """A manager reads what was seen for the own facility; the center and auditors all."""
        queryset = super().get_queryset(request)
        duty = rules.duty(request.user)
        if duty is not None and duty.role == Role.MANAGER:
            return queryset.filter(facility__in=duty.facilities)
        return queryset

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The names of a whole page at once."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = list(changelist.result_list)
        self._name(changelist.result_list)
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            self._name([entry])
        return entry

    def _name(self, entries: list[Entry]) -> None:
        names = people.names_of({int(each.actor) for each in entries if each.actor.isdigit()})
        places = dict(Facility.objects.values_list("pk", "name"))
        for each in entries:
            each.shown_person = names.get(int(each.actor)) if each.actor.isdigit() else None
            each.shown_place = places.get(each.facility) if each.facility else None

    @admin.display(description=_("見た人"))
    def person(self, entry: Entry) -> str:
        role = dict(Role.choices).get(entry.role, "")
        if entry.shown_person:
            return f"{entry.shown_person}（{role}）" if role else entry.shown_person
        return str(_("保護者") if entry.entry == "public" else _("システム"))

    @admin.display(description=_("記録の種類"))
    def kind(self, entry: Entry) -> str:
        if entry.model == "changes":
            return str(_("変更履歴"))
        try:
            return str(apps.get_model(entry.model)._meta.verbose_name)
        except (LookupError, ValueError):
            return entry.model

    @admin.display(description=_("児童の数"))
    def children_count(self, entry: Entry) -> int:
        return len(entry.child_ids)

    @admin.display(description=_("施設"))
    def place(self, entry: Entry) -> str:
        return entry.shown_place or self.get_empty_value_display()

    @admin.display(description=_("入口"))
    def entry(self, entry: Entry) -> str:
        return str(ENTRIES.get(entry.entry, entry.entry))
