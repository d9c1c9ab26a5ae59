"""閲覧できる期間: why and how long a facility may read another's child."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from history import clock
from history.admin import ReadOnlyMixin
from records import rules
from records.admin.bases import CareAdmin
from records.models import AccessLease


@admin.register(AccessLease)
class AccessLeaseAdmin(ReadOnlyMixin, CareAdmin):
    # List: the child by its lease only as long as that runs, so it is not joined here
    list_display = ("facility", "shown_start", "shown_end", "reason")
    list_filter = ("reason",)
    list_select_related = ("facility",)
    ordering = ("-starts_at",)
    sortable_by = ("shown_start", "shown_end")

    # Form
    fields = ("facility", "shown_start", "shown_end", "reason")

    # Rights and readings
    may_view = staticmethod(rules.manages)
    facility_path = "facility"
    purpose = "review"
    when_empty = _("ほかの施設の児童がこの施設を予約すると、ここに表示されます。")
    child_path = "child_id"

    @admin.display(description=_("始まり"), ordering="starts_at")
    def shown_start(self, lease: AccessLease) -> str:
        return clock.written(lease.starts_at)

    @admin.display(description=_("終わり"), ordering="ends_at")
    def shown_end(self, lease: AccessLease) -> str:
        if clock.is_endless(lease.ends_at):
            return str(_("お預かり中（終わりはお迎えのあとに決まります）"))
        return clock.written(lease.ends_at)
