"""料金表: dated fee tables."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from booking.admin.columns import yen
from booking.admin.versions import VersionAdmin
from booking.models import Fee, Tariff
from records.admin.columns import provisional_badge


@admin.register(Tariff)
class TariffAdmin(VersionAdmin):
    # List
    list_display = ("name", "valid_from", "valid_to", "price", "overrun_price", "confirmed")
    ordering = ("-valid_from",)

    # Form
    fieldsets = (
        (None, {"fields": ("name", ("valid_from", "valid_to"), "is_provisional")}),
        (_("利用料"), {"fields": ("unit_minutes", "unit_amount")}),
        (
            _("延長料金"),
            {"fields": ("overrun_grace_minutes", "overrun_unit_minutes", "overrun_amount")},
        ),
    )
    purpose = "settings"
    promised_by = (Fee, "tariff")

    @admin.display(description=_("利用料"))
    def price(self, tariff: Tariff) -> str:
        return _("%(minutes)d分 %(yen)s") % {
            "minutes": tariff.unit_minutes, "yen": yen(tariff.unit_amount),
        }  # fmt: skip

    @admin.display(description=_("延長料金"))
    def overrun_price(self, tariff: Tariff) -> str:
        return _("%(minutes)d分 %(yen)s") % {
            "minutes": tariff.overrun_unit_minutes, "yen": yen(tariff.overrun_amount),
        }  # fmt: skip

    @admin.display(description=_("確認"))
    def confirmed(self, tariff: Tariff) -> Any:
        return provisional_badge(tariff.is_provisional)
