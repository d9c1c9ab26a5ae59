"""同意: what a household agreed to, and when."""

from django.contrib import admin

from history.admin import ReadOnlyMixin
from records.admin.bases import CareAdmin
from records.models import Consent


@admin.register(Consent)
class ConsentAdmin(ReadOnlyMixin, CareAdmin):
    # List
    list_display = ("household", "text", "given_at", "withdrawn_at")
    list_select_related = ("household", "text")
    ordering = ("-given_at",)
    sortable_by = ("given_at",)

    # Form: who agreed is a parent's account, which staff never see
    fields = ("household", "text", "given_at", "withdrawn_at")
    purpose = "register"
