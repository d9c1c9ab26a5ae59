"""募集: days of use that open together; looked at before they are saved, and fixed once open."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking import previews, releases
from booking.admin.forms import ReleaseForm
from booking.admin.previewed import PreviewedAdmin
from booking.enums import ReleaseMode
from booking.models import Release
from history import clock

PHASES = {
    releases.Phase.BEFORE: _("受付前"),
    releases.Phase.COLLECTING: _("抽選の申込みを受付中"),
    releases.Phase.DRAWING: _("抽選中"),
    releases.Phase.OPEN: _("先着順で受付中"),
}


@admin.register(Release)
class ReleaseAdmin(PreviewedAdmin):
    # List
    list_display = ("first_day", "last_day", "line", "mode", "opens_at", "phase")
    list_filter = (("facility", admin.RelatedOnlyFieldListFilter), "mode")
    list_select_related = ("facility",)
    ordering = ("-opens_at",)
    sortable_by = ("opens_at",)

    # Form
    form = ReleaseForm
    fieldsets = (
        (None, {"fields": ("facility", ("first_day", "last_day"), "mode", "opens_at")}),
        (_("世帯ごとに時刻をずらすとき"), {"fields": (("steps", "step_minutes"),)}),
        (_("抽選のとき"), {"fields": ("collects_minutes", "seed_digest", "seed", "drawn_at")}),
        (None, {"fields": ("is_dropped",)}),
    )
    readonly_fields = ("seed_digest", "seed", "drawn_at")
    preview_template = "admin/booking/release/preview.html"
    purpose = "settings"
    when_empty = _("募集はまだありません。利用の決まりどおりに受け付けます。")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Until it opens; the database refuses as well."""
        at = request.context.at  # type: ignore[attr-defined]
        return super().has_change_permission(request, obj) and (obj is None or at < obj.opens_at)

    def effects(self, request: HttpRequest, obj: Release) -> dict[str, Any]:
        is_staggered = obj.mode == ReleaseMode.STAGGERED
        return {
            "places": previews.places(obj),
            "openings": releases.openings(obj) if is_staggered else (),
        }

    @admin.display(description=_("対象"))
    def line(self, release: Release) -> Any:
        return release.facility or _("区全体")

    @admin.display(description=_("今の状態"))
    def phase(self, release: Release) -> Any:
        if release.is_dropped:
            return _("とりやめ")
        return PHASES[releases.gate(release, clock.now()).phase]
