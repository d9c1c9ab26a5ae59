"""Filters that say what a person asks, not what a column holds."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history import clock
from records.enums import RegistrationState


def in_state(state: str, path: str = "") -> Q:
    """Rows whose registration is in a state today; renewable and expired follow from dates."""
    today = clock.today()
    active = Q(**{f"{path}state": RegistrationState.ACTIVE})
    expired = Q(**{f"{path}expires_on__lt": today})
    renewable = Q(**{f"{path}renewal_opens_on__lte": today})
    if state == RegistrationState.EXPIRED:
        return active & expired
    if state == RegistrationState.RENEWABLE:
        return active & renewable & ~expired
    if state == RegistrationState.ACTIVE:
        return active & ~renewable
    return Q(**{f"{path}state": state})


class FilledFilter(admin.EmptyFieldListFilter):
    """Whether a field is filled, in words that say what that means."""

    empty: Any
    filled: Any

    def choices(self, changelist: Any) -> Any:
        words = (_("すべて"), self.empty, self.filled)
        for choice, word in zip(super().choices(changelist), words, strict=True):
            yield {**choice, "display": word}


class NoteDayFilter(FilledFilter):
    empty, filled = _("常時"), _("その日だけ")


class RegistrationStateFilter(admin.SimpleListFilter):
    """The registration of a child, as it is today."""

    title = _("利用登録")
    parameter_name = "registration"
    path = "registration__"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RegistrationState.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value()
        return queryset.filter(in_state(state, self.path)) if state else queryset


class OwnStateFilter(RegistrationStateFilter):
    """The same on the list of registrations."""

    title = _("状態")
    parameter_name = "current"
    path = ""
