"""予約: what was promised to a family, and the steps it took. Changed by actions, never here."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from booking.admin.columns import booking_badge, misfit_badge
from booking.admin.filters import MisfitFilter
from booking.enums import MISFIT_WAYS, Misfit
from booking.models import Booking, BookingTransition
from history import clock
from history.admin import ReadOnlyMixin
from records import codes, rules
from records.admin.bases import CareAdmin
from records.admin.columns import period, two_lines
from records.models import User


class TransitionInline(ReadOnlyMixin, admin.TabularInline):
    model = BookingTransition
    template = "admin/booking/transitions.html"
    verbose_name_plural = _("経過")
    fields = ("at", "to_state", "person", "reason")
    readonly_fields = fields
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingTransition]:
        """With the staff behind each step; an account that can't be seen is a parent's."""
        staff = Prefetch("by", queryset=User.objects.only("name", "username"))
        return super().get_queryset(request).prefetch_related(staff)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    @admin.display(description=_("操作した人"))
    def person(self, transition: BookingTransition) -> str:
        if transition.by_id is None:
            return str(_("システム"))
        by = transition._state.fields_cache.get("by")
        return str(by or _("保護者"))


@admin.register(Booking)
class BookingAdmin(ReadOnlyMixin, CareAdmin):
    # List: from what the booking itself keeps, since the lease on the child may be over
    list_display = (
        "shown_period", "child_and_kana", "shown_code", "facility", "shown_state", "shown_misfit",
    )  # fmt: skip
    list_filter = (MisfitFilter, "state", ("facility", admin.RelatedOnlyFieldListFilter))
    date_hierarchy = "starts_at"
    search_fields = ("child_name_kana", "child_name", "child_code")
    search_help_text = _("児童の氏名・カナ・児童ID")
    list_select_related = ("facility",)
    ordering = ("-starts_at",)
    sortable_by = ("shown_period", "child_and_kana")

    # Form
    fieldsets = (
        (None, {"fields": ("shown_state", "what_to_do", "shown_period", "facility", "channel")}),
        (_("児童"), {"fields": ("child_and_kana", "shown_code", "shown_age", "staffing_group")}),
        (_("保護者"), {"fields": ("payer_name", "payer_phone")}),
        (_("受付"), {"fields": ("requested_at", "use_rule")}),
    )
    inlines = (TransitionInline,)

    # Readings
    facility_path = "facility"
    purpose = "booking"
    when_empty = _("保護者の方が空きを見て予約すると、ここに表示されます。")
    child_path = "child_id"

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """Who works at one facility has no use for a choice of facilities."""
        several = len(rules.required_duty(request.user).facilities) > 1
        return self.list_filter if several else (MisfitFilter, "state")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Booking], search_term: str
    ) -> tuple[QuerySet[Booking], bool]:
        digits = codes.normalised(search_term)
        return super().get_search_results(
            request, queryset, digits if digits.isdigit() else search_term
        )

    @admin.display(description=_("利用日時"), ordering="starts_at")
    def shown_period(self, booking: Booking) -> str:
        return period(booking.starts_at, booking.ends_at)

    @admin.display(description=_("受付方法"))
    def channel(self, booking: Booking) -> str:
        return booking.request.get_channel_display()

    @admin.display(description=_("予約日時"))
    def requested_at(self, booking: Booking) -> str:
        return clock.written(booking.request.requested_at)

    @admin.display(description=_("児童"), ordering="child_name_kana")
    def child_and_kana(self, booking: Booking) -> SafeString:
        return two_lines(booking.child_name, booking.child_name_kana)

    @admin.display(description=_("児童ID"))
    def shown_code(self, booking: Booking) -> str:
        return codes.display(booking.child_code)

    @admin.display(description=_("利用日の年齢"))
    def shown_age(self, booking: Booking) -> str:
        return str(_("%(years)s歳") % {"years": booking.age_years})

    @admin.display(description=_("状態"))
    def shown_state(self, booking: Booking) -> SafeString:
        return booking_badge(booking)

    @admin.display(description=_("要対応"))
    def shown_misfit(self, booking: Booking) -> SafeString | str:
        return misfit_badge(booking)

    @admin.display(description=_("要対応"))
    def what_to_do(self, booking: Booking) -> SafeString | str:
        """Why it no longer fits the child, and what to do; nothing was cancelled."""
        if not booking.is_misfit:
            return self.get_empty_value_display()
        return two_lines(misfit_badge(booking), MISFIT_WAYS[Misfit(booking.misfit)])
