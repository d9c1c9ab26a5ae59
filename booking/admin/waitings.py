"""キャンセル待ち: who waits in which order. Managers change it, and the family reads why."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from booking.actions import waitings
from booking.enums import STILL_WAITING, Precedence, WaitingState
from booking.models import Waiting
from booking.refusals import WrongState
from records import codes, rules
from records.admin.bases import CareAdmin
from records.admin.columns import badge, period

BADGES = {WaitingState.OFFERED: "badge-warning", WaitingState.BOOKED: "badge-success"}


class WaitingForm(forms.ModelForm):
    class Meta:
        model = Waiting
        fields = ("priority", "priority_reason")


@admin.register(Waiting)
class WaitingAdmin(CareAdmin):
    # List
    list_display = (
        "shown_period", "names", "facility", "shown_state", "shown_order", "joined_at",
        "offer_until",
    )  # fmt: skip
    list_filter = ("state",)
    date_hierarchy = "starts_at"
    list_select_related = ("facility",)
    ordering = ("-starts_at", "priority", "joined_at")
    sortable_by = ("shown_period",)

    # Form
    form = WaitingForm
    fieldsets = (
        (
            None,
            {"fields": ("shown_state", "names", "shown_codes", "shown_period", "facility",
                        "joined_at", "offered_at", "offer_until")},
        ),
        (_("順番"), {"fields": ("priority", "priority_reason")}),
    )  # fmt: skip
    readonly_fields = (
        "shown_state", "names", "shown_codes", "shown_period", "facility", "joined_at",
        "offered_at", "offer_until",
    )  # fmt: skip

    # Rights and readings
    may_change = staticmethod(rules.manages)
    facility_path = "facility"
    purpose = "booking"
    when_empty = _("満員の時間に保護者の方がキャンセル待ちを申し込むと、ここに表示されます。")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("children")

    def children_of(self, rows: Any) -> Any:
        return list(dict.fromkeys(each.child_id for row in rows for each in row.children.all()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has ended stays as it was."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A line that has ended while somebody looked at it stays as it was."""
        try:
            waitings.move(
                waiting=obj,
                priority=Precedence(form.cleaned_data["priority"]),
                reason=form.cleaned_data["priority_reason"],
                by=request.user,  # type: ignore[arg-type]
                at=request.context.at,  # type: ignore[attr-defined]
            )
        except WrongState as refusal:
            messages.error(request, str(refusal))

    @admin.display(description=_("利用日時"), ordering="starts_at")
    def shown_period(self, waiting: Waiting) -> str:
        return period(waiting.starts_at, waiting.ends_at)

    @admin.display(description=_("児童"))
    def names(self, waiting: Waiting) -> str:
        return "、".join(each.child_name for each in waiting.children.all())

    @admin.display(description=_("児童ID"))
    def shown_codes(self, waiting: Waiting) -> str:
        return "、".join(codes.display(each.child_code) for each in waiting.children.all())

    @admin.display(description=_("順番"))
    def shown_order(self, waiting: Waiting) -> str:
        return waiting.get_priority_display() if waiting.state in STILL_WAITING else ""

    @admin.display(description=_("状態"))
    def shown_state(self, waiting: Waiting) -> SafeString:
        state = WaitingState(waiting.state)
        return badge(state.label, BADGES.get(state, "" if waiting.is_open else "badge-muted"))
