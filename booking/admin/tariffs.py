"""料金表: dated fee tables."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking import previews
from booking.admin.columns import yen
from booking.admin.inlines import TARIFF_PARTS
from booking.admin.previewed import PreviewedAdmin
from booking.admin.versions import VersionAdmin
from booking.models import Fee, Tariff
from records.admin.columns import provisional_badge


@admin.register(Tariff)
class TariffAdmin(PreviewedAdmin, VersionAdmin):
    # List
    list_display = (
        "name", "valid_from", "valid_to", "line", "applies_by", "overrun_price", "confirmed",
    )  # fmt: skip
    list_filter = (("facility", admin.RelatedOnlyFieldListFilter), "is_provisional")
    list_select_related = ("facility",)
    ordering = ("-valid_from",)
    sortable_by = ("valid_from",)

    # Form
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name", "facility", ("valid_from", "valid_to"), "applies_by", "is_provisional",
                    ("announcement", "announced_on"), "charged_time",
                    "day_cap",
                )
            },
        ),
        (
            _("延長料金"),
            {"fields": ("overrun_grace_minutes", "overrun_unit_minutes", "overrun_amount")},
        ),
    )  # fmt: skip
    inlines = TARIFF_PARTS
    preview_template = "admin/booking/tariff/preview.html"
    purpose = "settings"
    promised_by = (Fee, "tariff")
    history_parts = tuple((inline.model, "tariff_id") for inline in TARIFF_PARTS)

    def effects(self, request: HttpRequest, obj: Tariff) -> dict[str, Any]:
        return {"touched": previews.touched(obj, request.context.at)}  # type: ignore[attr-defined]

    @admin.display(description=_("対象"))
    def line(self, tariff: Tariff) -> Any:
        return tariff.facility or _("区全体")

    @admin.display(description=_("延長料金"))
    def overrun_price(self, tariff: Tariff) -> str:
        return _("%(minutes)d分 %(yen)s") % {
            "minutes": tariff.overrun_unit_minutes, "yen": yen(tariff.overrun_amount),
        }  # fmt: skip

    @admin.display(description=_("確認"))
    def confirmed(self, tariff: Tariff) -> Any:
        return provisional_badge(tariff.is_provisional)
