"""利用登録: where each child's admission stands. Steps are taken on the interview sheet."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from history import clock
from history.admin import ReadOnlyMixin
from records import codes
from records.admin.bases import CareAdmin
from records.admin.columns import registration_badge, two_lines
from records.admin.filters import OwnStateFilter
from records.models import Registration


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyMixin, CareAdmin):
    # List
    list_display = ("child_name", "child_code", "current_state", "expires_on", "renewal_opens_on")
    list_filter = (OwnStateFilter,)
    search_fields = ("child__family_name_kana", "child__family_name", "child__code")
    search_help_text = _("児童の姓・カナ・児童ID")
    list_select_related = ("child", "interview__place__facility")
    ordering = ("child__family_name_kana", "child__given_name_kana")
    sortable_by = ("child_name", "expires_on", "renewal_opens_on")

    # Form
    fieldsets = (
        (None, {"fields": ("child_link", "current_state", "interview_link")}),
        (
            _("日付"),
            {
                "fields": (
                    "applied_at",
                    "activated_on",
                    "first_registered_on",
                    "renewal_opens_on",
                    "renewal_closes_on",
                    "expires_on",
                )
            },
        ),
        (_("申込事項"), {"fields": ("application_note",)}),
    )

    # Readings
    purpose = "register"
    when_empty = _("保護者の方がこの施設に面接を申し込むと、ここに表示されます。")
    child_path = "child_id"

    def get_search_results(self, request: HttpRequest, queryset, search_term):  # type: ignore[no-untyped-def]
        digits = codes.normalised(search_term)
        return super().get_search_results(
            request, queryset, digits if digits.isdigit() else search_term
        )

    @admin.display(description=_("児童"), ordering="child__family_name_kana")
    def child_name(self, registration: Registration) -> SafeString:
        return two_lines(registration.child.full_name, registration.child.full_name_kana)

    @admin.display(description=_("児童ID"))
    def child_code(self, registration: Registration) -> str:
        return codes.display(registration.child.code)

    @admin.display(description=_("状態"))
    def current_state(self, registration: Registration) -> SafeString:
        return registration_badge(registration.state_on(clock.today()))

    @admin.display(description=_("児童"))
    def child_link(self, registration: Registration) -> SafeString:
        url = reverse("admin:records_child_change", args=[registration.child_id])
        return format_html('<a href="{}">{}</a>', url, registration.child)

    @admin.display(description=_("面接"))
    def interview_link(self, registration: Registration) -> SafeString | str:
        if registration.interview is None:
            return self.get_empty_value_display()
        url = reverse("admin:interview_sheet", args=[registration.interview_id])
        return format_html(
            '<a class="button button-secondary" href="{}">{}</a>', url, _("面接の画面を開く")
        )
