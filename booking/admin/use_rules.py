"""利用の決まり: who may book what and when, by version."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking import previews
from booking.admin.forms import UseRuleForm
from booking.admin.inlines import RULE_PARTS
from booking.admin.previewed import PreviewedAdmin
from booking.admin.versions import VersionAdmin
from booking.models import (
    AgeQuota,
    Booking,
    CancelStage,
    ReleaseDay,
    Reserve,
    SessionBlock,
    UseLimit,
    UseRule,
)
from booking.wording import window
from records.admin.columns import provisional_badge

# Names the version that a new one begins from.
COPY = "copy"
NOT_COPIED = {"id", "valid_from", "valid_to", "is_provisional", "announcement", "announced_on"}
ROWS = {
    SessionBlock: "blocks", ReleaseDay: "release_days", UseLimit: "limits", AgeQuota: "quotas",
    Reserve: "reserves", CancelStage: "stages",
}  # fmt: skip


def rows_of(formset: Any) -> tuple[Any, ...]:
    """The rows that a formset would leave behind."""
    return tuple(
        form.instance
        for form in formset.forms
        if form not in formset.deleted_forms and (form.instance.pk or form.has_changed())
    )


@admin.register(UseRule)
class UseRuleAdmin(PreviewedAdmin, VersionAdmin):
    # List
    list_display = ("valid_from", "valid_to", "line", "applies_by", "opens", "confirmed")
    list_filter = (("facility", admin.RelatedOnlyFieldListFilter), "is_provisional")
    list_select_related = ("facility",)
    ordering = ("-valid_from",)
    sortable_by = ("valid_from",)

    # Form
    form = UseRuleForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "facility",
                    ("valid_from", "valid_to"),
                    "applies_by",
                    "is_provisional",
                    ("announcement", "announced_on"),
                )
            },
        ),
        (
            _("利用できる児童"),
            {
                "fields": (
                    ("min_age", "min_age_unit"),
                    "counts_birth_day",
                    ("max_age_unit", "max_age"),
                    "residency",
                    "excluded_enrolments",
                    ("fever_limit", "medicine_note"),
                )
            },
        ),
        (
            _("利用できる時間"),
            {
                "fields": (
                    "start_times",
                    ("no_intake_from", "no_intake_until"),
                    "step_minutes",
                    ("min_minutes", "max_minutes"),
                    "closes_at_year_end",
                )
            },
        ),
        (
            _("予約の受付"),
            {
                "fields": (
                    ("window_kind", "window_count"),
                    "opens_on",
                    ("opens_at", "phone_opens_at"),
                    "if_closed",
                    ("early_window_months", "early_under_months"),
                    ("cut_off_days", "cut_off_counts", "cut_off_at"),
                    ("phone_cut_off_days", "phone_cut_off_counts", "phone_cut_off_at"),
                    "hold_minutes",
                )
            },
        ),
        (
            _("予約の確定"),
            {
                "fields": (
                    "approval",
                    "approval_under_months",
                    "approval_one_to_one",
                    "approval_days",
                )
            },
        ),
        (_("キャンセル"), {"fields": ("waived_reasons", "undo_minutes", "cascades")}),
        (
            _("キャンセル待ち"),
            {
                "fields": (
                    "offer_minutes",
                    ("offer_night_from", "offer_night_until"),
                    "broadcast_minutes",
                )
            },
        ),
        (
            _("連絡なしが続いたとき"),
            {
                "fields": (
                    "no_show_most",
                    "no_show_subject",
                    "no_show_days",
                    "no_show_hold_days",
                )
            },
        ),
        (
            _("職員の配置"),
            {
                "fields": (
                    ("infant_ratio", "ones_twos_ratio"),
                    ("threes_ratio", "fours_up_ratio"),
                    "rounding",
                ),
                "description": _(
                    "児童福祉法施行規則 第36条の35にもとづく、職員1人あたりの人数です。"
                ),
            },
        ),
        (_("利用のあと"), {"fields": ("lease_days",)}),
    )
    inlines = RULE_PARTS
    preview_template = "admin/booking/userule/preview.html"
    purpose = "settings"
    promised_by = (Booking, "use_rule")
    history_parts = tuple((inline.model, "rule_id") for inline in RULE_PARTS)

    # Looking before saving

    def typed(self, request: HttpRequest, object_id: str | None) -> UseRule | None:
        """With its rows."""
        version = super().typed(request, object_id)
        if version is None:
            return None
        formsets, _inlines = self._create_formsets(request, version, change=bool(object_id))  # type: ignore[attr-defined]
        if not all(formset.is_valid() for formset in formsets):
            return None
        for formset in formsets:
            setattr(version, ROWS[formset.model], rows_of(formset))
        return version  # type: ignore[no-any-return]

    def effects(self, request: HttpRequest, obj: UseRule) -> dict[str, Any]:
        return {"touched": previews.touched(obj, request.context.at)}  # type: ignore[attr-defined]

    # Beginning from a version that is there

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What a new version says at first: nothing, or what another one says."""
        source = self.source_of(request)
        if source is None:
            return {}
        names = {field.name for field in self.opts.concrete_fields} - NOT_COPIED
        return {name: getattr(source, f"{name}_id" if name == "facility" else name)
                for name in names}  # fmt: skip

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        inlines = super().get_inline_instances(request, obj)
        source = self.source_of(request) if request.method == "GET" and obj is None else None
        for inline in inlines if source else ():
            inline.extra = len(getattr(source, ROWS[inline.model]))
        return inlines

    def get_formset_kwargs(self, request: Any, obj: Any, inline: Any, prefix: str) -> Any:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        source = self.source_of(request) if request.method == "GET" else None
        if source is not None and not obj.pk:
            rows = getattr(source, ROWS[inline.model])
            kwargs["initial"] = [
                {
                    field.name: getattr(row, field.name)
                    for field in inline.model._meta.concrete_fields
                    if field.name not in ("id", "rule")
                }
                for row in rows
            ]
        return kwargs

    def source_of(self, request: HttpRequest) -> UseRule | None:
        number = request.GET.get(COPY, "")
        return UseRule.objects.filter(pk=number).first() if number.isdecimal() else None

    @admin.display(description=_("対象"))
    def line(self, rule: UseRule) -> Any:
        return rule.facility or _("区全体")

    @admin.display(description=_("予約受付の開始"))
    def opens(self, rule: UseRule) -> str:
        return "／".join(window(rule))

    @admin.display(description=_("確認"))
    def confirmed(self, rule: UseRule) -> Any:
        return provisional_badge(rule.is_provisional)
