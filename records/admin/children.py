"""児童: the children at home in one's own facility."""

import unicodedata
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from history import clock
from records import codes, corrections, rules
from records.actions import children
from records.admin.bases import CareAdmin
from records.admin.columns import allergy_mark, registration_badge, two_lines
from records.admin.filters import RegistrationStateFilter
from records.admin.inlines import PickUpPersonInline
from records.models import (
    Allergy,
    CareNeed,
    Child,
    HandoverNote,
    PickUpPerson,
    Proposal,
    Registration,
    StaffNote,
)

HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@admin.register(Child)
class ChildAdmin(CareAdmin):
    # List
    list_display = ("name_and_kana", "shown_code", "age", "registration_state", "allergies")
    list_filter = (RegistrationStateFilter, ("needs_one_to_one", admin.BooleanFieldListFilter))
    search_fields = ("family_name_kana", "given_name_kana", "family_name", "given_name", "code")
    search_help_text = _("氏名・カナ・児童ID（ハイフンがあっても検索できます）")
    list_select_related = ("registration",)
    sortable_by = ("name_and_kana", "age")

    # Form
    fieldsets = (
        (None, {"fields": ("shown_code", "shown_household")}),
        (
            _("児童"),
            {
                "fields": (
                    ("family_name", "given_name"),
                    ("family_name_kana", "given_name_kana"),
                    "sex",
                    "date_of_birth",
                    "needs_one_to_one",
                    "enrolment",
                )
            },
        ),
        (_("利用登録"), {"fields": ("shown_registration", "home_facility")}),
        (
            _("配慮事項"),
            {
                "fields": ("care",),
                "description": _(
                    "保護者の回答と施設の確認です。確認の記録は面接の画面で行います。"
                ),
            },
        ),
        (_("申込事項"), {"fields": ("application_note",)}),
    )
    readonly_fields = (
        "shown_code", "shown_household", "shown_registration", "home_facility", "care",
        "application_note",
    )  # fmt: skip
    inlines = (PickUpPersonInline,)

    # Rights and readings
    may_change = staticmethod(rules.works_with_children)
    purpose = "register"
    when_empty = _("保護者の方がこの施設に面接を申し込むと、お子さんがここに表示されます。")
    child_path = "pk"
    history_parts = (
        (Registration, "child_id"),
        (CareNeed, "child_id"),
        (Allergy, "care_need__child_id"),
        (PickUpPerson, "child_id"),
        (HandoverNote, "child_id"),
        (StaffNote, "child_id"),
        (Proposal, "child_id"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Child]:
        return (
            super()
            .get_queryset(request)
            .select_related("household", "home_facility", "registration")
            .prefetch_related("care_needs__allergies")
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Child], search_term: str
    ) -> tuple[QuerySet[Child], bool]:
        """Hiragana finds katakana; a code is found however it was typed."""
        term = unicodedata.normalize("NFKC", search_term).translate(HIRAGANA)
        digits = codes.normalised(search_term)
        return super().get_search_results(request, queryset, digits if digits.isdigit() else term)

    def save_model(self, request: HttpRequest, obj: Child, form: Any, change: bool) -> None:
        children.correct(child=obj, fields=self.changed_fields(form))
        if set(form.changed_data) & set(corrections.FACTS):
            messages.info(
                request,
                _(
                    "これからの予約を、新しい内容で確認し直します。合わない予約は取り消されず、"
                    "予約のある施設の「予約」に「要対応」と表示されます。"
                ),
            )

    @admin.display(description=_("氏名"), ordering="family_name_kana")
    def name_and_kana(self, child: Child) -> SafeString:
        return two_lines(child.full_name, child.full_name_kana)

    @admin.display(description=_("児童ID"))
    def shown_code(self, child: Child) -> str:
        return codes.display(child.code)

    @admin.display(description=_("年齢"), ordering="-date_of_birth")
    def age(self, child: Child) -> str:
        years, months = child.age_on(clock.today())
        return _("%(years)d歳%(months)dか月") % {"years": years, "months": months}

    @admin.display(description=_("利用登録"))
    def registration_state(self, child: Child) -> SafeString:
        return registration_badge(child.registration.state_on(clock.today()))

    @admin.display(description=_("アレルギー"))
    def allergies(self, child: Child) -> Any:
        return allergy_mark(child.care_needs.all())

    @admin.display(description=_("世帯"))
    def shown_household(self, child: Child) -> SafeString:
        url = reverse("admin:records_household_change", args=[child.household_id])
        return format_html('<a href="{}">{}</a>', url, child.household)

    @admin.display(description=_("登録の状態"))
    def shown_registration(self, child: Child) -> SafeString:
        url = reverse("admin:records_registration_change", args=[child.registration.pk])
        state = registration_badge(child.registration.state_on(clock.today()))
        return format_html('{} <a href="{}">{}</a>', state, url, _("期限などを見る"))

    @admin.display(description=_("保護者の回答と確認"))
    def care(self, child: Child) -> str:
        interview = child.registration.interview_id
        context = {
            "needs": child.needs_in_order(),
            "today": clock.today(),
            "sheet_url": interview and reverse("admin:interview_child", args=[interview, child.pk]),
        }
        return render_to_string("admin/records/child/_care_part.html", context)

    @admin.display(description=_("保護者からの申込事項"))
    def application_note(self, child: Child) -> str:
        return child.registration.application_note or self.get_empty_value_display()
