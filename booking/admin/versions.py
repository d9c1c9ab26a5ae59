"""Versions that something was promised by: they may end or be confirmed, and say nothing else."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from records.admin.bases import SettingsAdmin

PROMISED = _(
    "この版で受けた予約があるため、適用終了日、仮設定と告知のほかは変更できません。"
    "内容を変えるときは、この版に適用終了日を入れて、新しい版を登録してください。"
)


class VersionAdmin(SettingsAdmin):
    """The database refuses as well (`booking_keep_promises`).

    `promised_by` is the model whose rows keep a version, and the field by which they do.
    """

    promised_by: tuple[type[models.Model], str]
    still_open: tuple[str, ...] = ("valid_to", "is_provisional", "announcement", "announced_on")

    def is_promised(self, version: models.Model | None) -> bool:
        if version is None:
            return False
        model, field = self.promised_by
        return model._default_manager.filter(**{field: version}).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        closed = super().get_readonly_fields(request, obj)
        if not self.is_promised(obj):
            return closed
        editable = (field.name for field in self.opts.concrete_fields if field.editable)
        return (*closed, *(name for name in editable if name not in (*self.still_open, "id")))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        (name, first), *others = super().get_fieldsets(request, obj)
        if self.is_promised(obj) and self.has_change_permission(request, obj):
            first = {**first, "description": PROMISED}
        return [(name, first), *others]
