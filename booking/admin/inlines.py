"""The rows below a version of the rules of use, edited with it until a booking points to it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

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
from history.admin import NATIVE_INPUTS, RuledMixin
from records import rules


class PartInline(RuledMixin, admin.TabularInline):
    """The center edits, managers read; nobody does once a booking points to the version."""

    extra = 0
    formfield_overrides = NATIVE_INPUTS
    may_view = staticmethod(rules.manages)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.is_center(request.user) and not _is_promised(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


def _is_promised(request: HttpRequest, version: UseRule | None) -> bool:
    """Asked once for a request: each kind of row wants to know it several times."""
    if version is None or version.pk is None:
        return False
    known = request.__dict__.setdefault("promised_versions", {})
    if version.pk not in known:
        known[version.pk] = Booking.objects.filter(use_rule=version).exists()
    return bool(known[version.pk])


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


PARTS = (
    SessionBlockInline, ReleaseDayInline, UseLimitInline, AgeQuotaInline, ReserveInline,
    CancelStageInline,
)  # fmt: skip
