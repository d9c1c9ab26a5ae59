"""利用実績: arrivals and departures. Recorded on the day's list."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from booking.admin.filters import LeftFilter
from booking.models import Attendance
from history.admin import ReadOnlyMixin
from records import rules
from records.admin.bases import CareAdmin
from records.admin.columns import period, two_lines


@admin.register(Attendance)
class AttendanceAdmin(ReadOnlyMixin, CareAdmin):
    # List
    list_display = ("child", "arrived_at", "left_at", "brought_by", "fetched_by", "facility_name")
    list_filter = (("left_at", LeftFilter),)
    date_hierarchy = "arrived_at"
    search_fields = ("booking__child_name_kana", "booking__child_name")
    search_help_text = _("児童の氏名・カナ")
    list_select_related = ("booking__facility",)
    ordering = ("-arrived_at",)
    sortable_by = ("arrived_at", "left_at")

    # Form
    fields = (
        "child", "booked", "facility_name", "arrived_at", "arrival_late_entry", "brought_by",
        "temperature", "left_at", "departure_late_entry", "fetched_by",
    )  # fmt: skip

    # Readings
    facility_path = "facility"
    purpose = "attendance"
    when_empty = _("「今日」の一覧で「受け入れ」を押すと、ここに表示されます。")
    child_path = "booking.child_id"

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        one = len(rules.required_duty(request.user).facilities) == 1
        return self.list_display[:-1] if one else self.list_display

    @admin.display(description=_("児童"))
    def child(self, attendance: Attendance) -> SafeString:
        return two_lines(attendance.booking.child_name, attendance.booking.child_name_kana)

    @admin.display(description=_("予約"))
    def booked(self, attendance: Attendance) -> str:
        return period(attendance.booking.starts_at, attendance.booking.ends_at)

    @admin.display(description=_("施設"))
    def facility_name(self, attendance: Attendance) -> str:
        return attendance.booking.facility.name
