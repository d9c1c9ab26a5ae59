"""緊急閲覧: which child was opened without a booking, by whom and why."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history import clock
from history.admin import ReadOnlyMixin, RecordedAdmin
from records import rules
from records.models import Child, EmergencyOpening


@admin.register(EmergencyOpening)
class EmergencyOpeningAdmin(ReadOnlyMixin, RecordedAdmin):
    # List
    list_display = ("shown_start", "facility", "opened_by", "child_name", "reason")
    date_hierarchy = "opened_at"
    list_select_related = ("facility", "opened_by")
    ordering = ("-opened_at",)
    sortable_by = ("shown_start",)

    # Form
    fields = (
        "shown_start", "shown_end", "facility", "opened_by", "home_facility", "child_name",
        "reason",
    )  # fmt: skip

    # Rights and readings
    may_view = staticmethod(rules.manages)
    purpose = "review"
    child_path = "child_id"
    when_empty = _("緊急閲覧が行われると、ここに表示されます。")

    def get_queryset(self, request: HttpRequest) -> QuerySet[EmergencyOpening]:
        """With the child as far as it is still to be seen: the lease has usually ended."""
        children = Prefetch("child", queryset=Child.objects.all())
        return super().get_queryset(request).prefetch_related(children)

    @admin.display(description=_("開いた日時"), ordering="opened_at")
    def shown_start(self, opening: EmergencyOpening) -> str:
        return clock.written(opening.opened_at)

    @admin.display(description=_("閲覧できる期間の終わり"))
    def shown_end(self, opening: EmergencyOpening) -> str:
        return clock.written(opening.ends_at)

    @admin.display(description=_("児童"))
    def child_name(self, opening: EmergencyOpening) -> Any:
        child = opening._state.fields_cache.get("child")
        return str(child) if child else self.get_empty_value_display()
