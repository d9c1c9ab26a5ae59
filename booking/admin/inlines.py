"""The rows below a version of rules or tariffs, edited with it until a promise points to it."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from booking.models import (
    AgeQuota,
    Booking,
    CancelStage,
    Fee,
    Price,
    ReleaseDay,
    Relief,
    Reserve,
    SessionBlock,
    UseLimit,
)
from history.admin import NATIVE_INPUTS, RuledMixin
from records import rules


class PartInline(RuledMixin, admin.TabularInline):
    """The center edits, managers read; nobody does once something is promised by the version.

    `promised_by` is the model whose rows keep the version, and the field by which they do.
    """

    extra = 0
    formfield_overrides = NATIVE_INPUTS
    may_view = staticmethod(rules.manages)
    promised_by: tuple[type[models.Model], str] = (Booking, "use_rule")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.is_center(request.user) and not self._is_promised(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def _is_promised(self, request: HttpRequest, version: models.Model | None) -> bool:
        """Asked once for a request: each kind of row wants to know it several times."""
        if version is None or version.pk is None:
            return False
        known = request.__dict__.setdefault("promised_versions", {})
        key = (version._meta.label, version.pk)
        if key not in known:
            model, field = self.promised_by
            known[key] = model._default_manager.filter(**{field: version}).exists()
        return bool(known[key])


class SessionBlockInline(PartInline):
    model = SessionBlock


class ReleaseDayInline(PartInline):
    model = ReleaseDay


class UseLimitInline(PartInline):
    model = UseLimit


class AgeQuotaInline(PartInline):
    model = AgeQuota


class ReserveInline(PartInline):
    model = Reserve


class CancelStageInline(PartInline):
    model = CancelStage


class PriceInline(PartInline):
    model = Price
    promised_by = (Fee, "tariff")


class ReliefInline(PartInline):
    model = Relief
    promised_by = (Fee, "tariff")


RULE_PARTS = (
    SessionBlockInline, ReleaseDayInline, UseLimitInline, AgeQuotaInline, ReserveInline,
    CancelStageInline,
)  # fmt: skip
TARIFF_PARTS = (PriceInline, ReliefInline)
