"""閲覧できる期間: why and how long a facility may read another's child."""

from django.contrib import admin

from history.admin import ReadOnlyMixin
from records import rules
from records.admin.bases import CareAdmin
from records.models import AccessLease


@admin.register(AccessLease)
class AccessLeaseAdmin(ReadOnlyMixin, CareAdmin):
    # List: the child by its lease only as long as that runs, so it is not joined here
    list_display = ("facility", "starts_at", "ends_at", "reason")
    list_filter = ("reason",)
    list_select_related = ("facility",)
    ordering = ("-starts_at",)
    sortable_by = ("starts_at", "ends_at")

    # Form
    fields = ("facility", "starts_at", "ends_at", "reason")

    # Rights and readings
    may_view = staticmethod(rules.manages)
    facility_path = "facility"
    purpose = "review"
    child_path = "child_id"
