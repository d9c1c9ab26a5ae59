"""同意: what a household agreed to, and when."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from history.admin import ReadOnlyMixin
from records.admin.bases import CareAdmin
from records.models import Consent


@admin.register(Consent)
class ConsentAdmin(ReadOnlyMixin, CareAdmin):
    # List
    list_display = ("household", "text", "given_at", "withdrawn_at")
    search_fields = (
        "household__code",
        "household__parents__family_name_kana",
        "household__parents__family_name",
    )
    search_help_text = _("世帯ID・保護者の姓・カナ")
    list_select_related = ("household", "text")
    ordering = ("-given_at",)
    sortable_by = ("given_at",)

    # Form: who agreed is a parent's account, which staff never see
    fields = ("household", "text", "given_at", "withdrawn_at")
    purpose = "register"
    when_empty = _("保護者の方が申し込みのときに同意すると、ここに表示されます。")
