"""閲覧記録 in the staff tool: who saw what. It stands here because names and rights come from the
register, which the history does not know.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from azukari import reading_search, reading_words
from history import clock
from history.admin import ReadOnlyMixin, RecordedAdmin
from history.differences import ENTRIES
from history.enums import Act
from history.models import Entry
from records import rules
from records.admin import people
from records.admin.columns import period, two_lines
from records.enums import Role
from records.models import Child, Facility

# More lines than anybody reads; narrower filters give the rest.
EXPORTED = 20_000


@admin.register(Entry)
class EntryAdmin(ReadOnlyMixin, RecordedAdmin):
    # List
    list_display = ("when", "person", "act", "kind", "children_count", "place", "address")
    list_filter = ("act",)
    date_hierarchy = "at"
    ordering = ("-at",)
    sortable_by = ("when",)
    # Django shows the box for it; what is looked for stands in `reading_search`.
    search_fields = ("actor",)
    search_help_text = _("児童ID、職員IDまたは職員の氏名、端末の名前で探せます。")
    change_list_template = "admin/history/entry/change_list.html"  # type: ignore[assignment]

    # Form
    fields = (
        "shown_at", "person", "act", "kind", "shown_purpose", "place", "children", "seen",
        "records_count", "shown_entry", "address", "path", "request",
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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        found = queryset.filter(reading_search.condition(search_term)) if search_term else queryset
        return found, False

    def get_urls(self) -> list[Any]:
        export = self.admin_site.admin_view(self.export)
        return [path("export/", export, name="history_entry_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse:
        """What the list shows under the same filters, as a file; the export itself is an entry."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = list(super().get_changelist_instance(request).queryset[:EXPORTED])
        except (DisallowedModelAdminLookup, IncorrectLookupParameters) as error:
            raise PermissionDenied from error
        self._name(rows)
        content = reading_search.as_csv(rows, reading_search.terminal_names())
        self.record(request, Act.EXPORT, [])
        return HttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="readings.csv"'},
        )

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
            self._name_children(request, entry)
        return entry

    def children_of(self, rows: Iterable[Entry]) -> list[uuid.UUID]:
        """Whose names the page shows; the list shows none."""
        return [key for row in rows for key in getattr(row, "named_children", ())]

    def _name_children(self, request: HttpRequest, entry: Entry) -> None:
        """By name where the reader may open the child's record, else by number."""
        visible = Child.objects.visible_to(request.user)
        names = {child.pk: str(child) for child in visible.filter(pk__in=entry.child_ids)}
        words = people.numbers_of(set(entry.child_ids)) | names
        entry.named_children = list(names)
        entry.shown_children = [words[key] for key in entry.child_ids if key in words]
        unknown = len(entry.child_ids) - len(entry.shown_children)
        if unknown:
            entry.shown_children.append(_("ほかの施設の児童%(number)d人") % {"number": unknown})

    def _name(self, entries: list[Entry]) -> None:
        names = people.names_of({int(each.actor) for each in entries if each.actor.isdigit()})
        places = dict(Facility.objects.values_list("pk", "name"))
        for each in entries:
            each.shown_person = names.get(int(each.actor)) if each.actor.isdigit() else None
            each.shown_place = places.get(each.facility) if each.facility else None

    @admin.display(description=_("日時"), ordering="at")
    def when(self, entry: Entry) -> str:
        return period(entry.at)

    @admin.display(description=_("見た人"))
    def person(self, entry: Entry) -> str:
        if entry.shown_person:
            return two_lines(entry.shown_person, reading_words.role(entry))
        return str(_("保護者") if entry.entry == "public" else _("システム"))

    @admin.display(description=_("記録の種類"))
    def kind(self, entry: Entry) -> str:
        return reading_words.kind(entry.model) or self.get_empty_value_display()

    @admin.display(description=_("児童の数"))
    def children_count(self, entry: Entry) -> int:
        return len(entry.child_ids)

    @admin.display(description=_("施設"))
    def place(self, entry: Entry) -> str:
        return entry.shown_place or self.get_empty_value_display()

    @admin.display(description=_("日時"))
    def shown_at(self, entry: Entry) -> str:
        """To the second, on Tokyo's wall clock."""
        return f"{clock.written(entry.at)}:{clock.local(entry.at):%S}"

    @admin.display(description=_("目的"))
    def shown_purpose(self, entry: Entry) -> str:
        return reading_words.purpose(entry) or self.get_empty_value_display()

    @admin.display(description=_("児童"))
    def children(self, entry: Entry) -> str:
        return "、".join(entry.shown_children) or self.get_empty_value_display()

    @admin.display(description=_("項目・記録"))
    def seen(self, entry: Entry) -> str:
        return reading_words.fields(entry) or self.get_empty_value_display()

    @admin.display(description=_("記録の数"))
    def records_count(self, entry: Entry) -> int:
        return len(entry.object_ids)

    @admin.display(description=_("入口"))
    def shown_entry(self, entry: Entry) -> str:
        return str(ENTRIES.get(entry.entry, entry.entry)) or self.get_empty_value_display()
