"""枠: the half hours in which capacity is counted. The counters are the actions' own."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from booking.models import Slot
from history.admin import ReadOnlyMixin, RecordedAdmin
from records import rules
from records.admin.bases import CareAdmin
from records.admin.columns import period


@admin.register(Slot)
class SlotAdmin(ReadOnlyMixin, RecordedAdmin):
    # List
    list_display = ("starts", "facility", "places", "taken", "held_back", "infants", "staff")
    date_hierarchy = "starts_at"
    list_select_related = ("facility",)
    ordering = ("starts_at", "facility__number")
    sortable_by = ("starts",)

    # Form
    fieldsets = (
        (None, {"fields": ("facility", "starts", "places", "taken", "held_back")}),
        (
            _("区分ごとの予約"),
            {
                "fields": (
                    "infants", "ones_twos", "threes", "fours_up", "one_to_one", "under_ones",
                    "under_twos",
                )
            },
        ),
        (
            _("留保枠"),
            {
                "fields": (
                    ("walk_in_places", "walk_in_total"), ("urgent_places", "urgent_total"),
                    ("center_places", "center_total"),
                )
            },
        ),
        (
            _("上限"),
            {
                "fields": (
                    "places_over", "infant_limit", "infants_over", "under_two_limit",
                    "under_twos_over", "two_up_limit", "two_ups_over", "staff", "staff_short",
                    "infant_ratio", "ones_twos_ratio", "threes_ratio", "fours_up_ratio", "rounding",
                )
            },
        ),
    )  # fmt: skip

    # Rights and readings
    may_view = staticmethod(rules.works_with_children)
    facility_path = "facility"
    within = CareAdmin.within
    purpose = "booking"
    when_empty = _("センターが「設定」で開所時間を登録すると、枠が作られます。")

    @admin.display(description=_("時間"), ordering="starts_at")
    def starts(self, slot: Slot) -> str:
        return period(slot.starts_at, slot.ends_at)
