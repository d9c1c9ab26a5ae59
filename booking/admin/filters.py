"""Filters on money."""

from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking.enums import OPEN_STATES, BookingState, FeeState
from records.admin.filters import FilledFilter


class LeftFilter(FilledFilter):
    empty, filled = BookingState.PRESENT.label, BookingState.FETCHED.label


class PaidFilter(admin.SimpleListFilter):
    """What is still owed. The list comes with the sum of payments (`with_paid`)."""

    title = _("状態")
    parameter_name = "paid_state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(FeeState.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        conditions = {
            FeeState.NOTHING_DUE: Q(amount=0),
            FeeState.UNPAID: Q(amount__gt=0, paid__isnull=True),
            FeeState.PARTLY_PAID: Q(amount__gt=F("paid")),
            FeeState.PAID: Q(amount__gt=0, paid__gte=F("amount")),
        }
        value = self.value()
        if value is None or value not in FeeState.values:
            return queryset
        return queryset.filter(conditions[FeeState(value)])


class MisfitFilter(admin.SimpleListFilter):
    """Bookings that no longer fit the child since its record was corrected."""

    title = _("要対応")
    parameter_name = "misfit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("要対応だけ"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(state__in=OPEN_STATES).exclude(misfit="")
