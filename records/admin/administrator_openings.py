"""緊急管理者操作: what administrators opened, why, and all that was done or seen meanwhile."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from history import clock
from history.admin import ReadOnlyMixin, RecordedAdmin
from history.enums import CHANGES
from history.models import Entry
from records import rules
from records.models import AdministratorOpening


@admin.register(AdministratorOpening)
class AdministratorOpeningAdmin(ReadOnlyMixin, RecordedAdmin):
    # List
    list_display = ("shown_start", "opened_by", "reason", "shown_end", "acts_count")
    date_hierarchy = "opened_at"
    list_select_related = ("opened_by",)
    ordering = ("-opened_at",)
    sortable_by = ("shown_start",)

    # Form
    change_form_template = "admin/records/administratoropening/change_form.html"
    fields = ("shown_start", "shown_end", "opened_by", "reason", "closed_by", "acts")

    # Rights and readings
    may_view = staticmethod(rules.reviews_administration)
    purpose = "review"
    when_empty = _("システム管理者が緊急管理者操作を開くと、ここに表示されます。")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        opening = self.get_object(request, object_id)
        at = request.context.at  # type: ignore[attr-defined]
        is_open = opening is not None and opening.is_open(at)
        extra = {**(extra_context or {}), "may_end": is_open and rules.is_center(request.user)}
        return super().change_view(request, object_id, form_url, extra)

    @admin.display(description=_("開いた日時"), ordering="opened_at")
    def shown_start(self, opening: AdministratorOpening) -> str:
        return clock.written(opening.opened_at)

    @admin.display(description=_("終わり"))
    def shown_end(self, opening: AdministratorOpening) -> str:
        if opening.closed_at is None:
            return clock.written(opening.ends_at)
        return str(_("%(moment)s（途中で終了）") % {"moment": clock.written(opening.closed_at)})

    @admin.display(description=_("記録の数"))
    def acts_count(self, opening: AdministratorOpening) -> int:
        return Entry.objects.filter(opening=opening.pk).count()

    @admin.display(description=_("この間にしたこと"))
    def acts(self, opening: AdministratorOpening) -> Any:
        """Every entry in order: when, what, with which kind of records, at which address."""
        entries = Entry.objects.filter(opening=opening.pk).order_by("at", "id")
        rows = (
            (f"{clock.local(each.at):%H:%M:%S}", each.get_act_display(), _kinds(each), each.path)
            for each in entries
        )
        return format_html_join("", "<p>{} {} {} <code>{}</code></p>", rows)


def _kinds(entry: Entry) -> str:
    """Of a change every kind of record; of a page the one it shows."""
    labels = entry.fields if entry.act in CHANGES else [entry.model]
    models = {model._meta.label_lower: model._meta.verbose_name for model in apps.get_models()}
    return "、".join(str(models[label]) for label in labels if label in models)
