"""Bases of the staff tool's lists and forms: scoped, recorded, and closed to what is undeclared."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.exceptions import (
    DisallowedModelAdminLookup,
    DisallowedModelAdminToField,
)
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import DataError, models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from history import actions, differences
from history.enums import Act

Rule = Callable[[object], bool]

# The browser's own pickers: they know the phone's keyboard and need no script.
NATIVE_INPUTS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateTimeField: {
        "form_class": forms.DateTimeField,
        "widget": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    },
    models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    models.TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")},
}


def nobody(user: object) -> bool:
    return False


class RuledMixin:
    """Rights by predicates on the user. Django's model permissions are not asked.

    Which rows these rights reach is the queryset's concern.
    """

    may_view: Rule = staticmethod(nobody)
    may_add: Rule = staticmethod(nobody)
    may_change: Rule = staticmethod(nobody)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_view(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Records end, they are not deleted."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_view(request.user)


class ScopedMixin:
    """Rows and choices that the user may see, whatever the address or the form says."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = super().get_queryset(request)  # type: ignore[misc]
        if hasattr(queryset, "visible_to"):
            return queryset.visible_to(request.user)
        return self.within(queryset, request.user)

    def within(self, queryset: QuerySet[Any], user: object) -> QuerySet[Any]:
        """The scope of models whose queryset has no `visible_to`; override it for those."""
        return queryset

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        known = self.admin_site._registry.get(db_field.related_model)  # type: ignore[attr-defined]
        if known and "queryset" not in kwargs:
            kwargs["queryset"] = known.get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class ReadOnlyMixin:
    """Nobody writes here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordedAdmin(RuledMixin, ScopedMixin, admin.ModelAdmin):
    """Each reading leaves its entry in the transaction that reads: no entry, no data.

    `child_path` names the child's number on a row (`child_id`, `booking.child_id`), `purpose` what
    the list is for, `when_empty` what makes its first row come.
    """

    purpose = ""
    child_path = ""
    when_empty: Any = _("記録はまだありません。")
    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    formfield_overrides = NATIVE_INPUTS

    # Reading

    def children_of(self, rows: Iterable[Any]) -> list[uuid.UUID]:
        """The children whose data these rows show."""
        if not self.child_path:
            return []
        return list(dict.fromkeys(map(attrgetter(self.child_path), rows)))

    def record(self, request: HttpRequest, act: Act, rows: Sequence[Any]) -> None:
        actions.record(
            act,
            context=request.context,  # type: ignore[attr-defined]
            purpose=self.purpose,
            model=self.opts.label_lower,
            object_ids=[row.pk for row in rows],
            child_ids=self.children_of(rows),
            path=request.path,
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            response = super().changelist_view(
                request, {"title": self.opts.verbose_name_plural, **(extra_context or {})}
            )
        except (DisallowedModelAdminLookup, DisallowedModelAdminToField) as error:
            raise PermissionDenied from error
        except (OverflowError, DataError) as error:
            # A year or a number by hand that no date can hold.
            raise Http404 from error
        changelist = getattr(response, "context_data", {}).get("cl")
        if changelist is not None:
            act = Act.SEARCH if request.GET.get(SEARCH_VAR) else Act.LIST
            self.record(request, act, list(changelist.result_list))
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        context["adminform"].form.label_suffix = ""
        context["title"] = self.opts.verbose_name
        obj = kwargs.get("obj")
        if obj is not None and obj.pk and kwargs.get("change"):
            self.record(request, Act.VIEW, [obj])
        return super().render_change_form(request, context, *args, **kwargs)

    def get_formset_kwargs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Labels end without a colon, as in the form above them."""
        return {**super().get_formset_kwargs(*args, **kwargs), "form_kwargs": {"label_suffix": ""}}

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        # Whether there is none or it is another facility's: the answer is the same.
        raise Http404

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Of a row that stands, what the form changed and nothing else: columns it does not show
        may not be the reader's to write, and somebody else may just have written them."""
        if change:
            obj.save(update_fields=self.changed_fields(form))
        else:
            obj.save()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The same of the rows below it."""
        formset.save(commit=False)
        for row in formset.deleted_objects:
            row.delete()
        for row, changed in formset.changed_objects:
            row.save(update_fields=changed)
        for row in formset.new_objects:
            row.save()

    def changed_fields(self, form: Any) -> list[str]:
        own = {field.name for field in self.opts.concrete_fields}
        return [name for name in form.changed_data if name in own]

    # What the query string may ask

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what a declared filter sends. Django also allows paths over local fields."""
        allowed = set()
        for each in self.get_list_filter(request):
            if isinstance(each, type) and issubclass(each, admin.SimpleListFilter):
                allowed.add(each.parameter_name)
                continue
            name = str(each[0] if isinstance(each, (list, tuple)) else each)
            key: Any = self.opts.get_field(name)
            target = f"{name}__{key.target_field.name}" if key.is_relation else name
            allowed |= {
                name,
                f"{target}__exact",
                f"{name}__isnull",
                f"{name}__isempty",
                f"{name}__gte",
                f"{name}__lt",
            }
        if self.date_hierarchy:
            allowed |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        return lookup in allowed

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return to_field == self.opts.pk.name

    # Django's own log is off: the history is the one book.

    def log_addition(self, *args: Any, **kwargs: Any) -> Any: ...

    def log_change(self, *args: Any, **kwargs: Any) -> Any: ...

    def log_deletions(self, *args: Any, **kwargs: Any) -> Any: ...

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """What is not tracked has no history: Django's own page would read the book that is off."""
        raise Http404


class TrackedAdmin(RecordedAdmin, SimpleHistoryAdmin):
    """A model with a history. `may_review` says who reads what it was before."""

    may_review: Rule = staticmethod(nobody)
    object_history_template = "admin/record_history.html"
    history_list_per_page = 50
    people = differences.People()
    # Models whose rows belong to this record, with the column that points to it.
    history_parts: Sequence[tuple[type[models.Model], str]] = ()

    def has_history(self, request: HttpRequest) -> bool:
        return self.may_view(request.user) and self.may_review(request.user)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["has_history"] = self.has_history(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Every change of the record and of its parts, field by field."""
        obj = self._record_or_404(request, object_id)
        if not self.has_history(request):
            raise PermissionDenied
        changes = self._changes(obj)
        page = Paginator(changes, self.history_list_per_page).get_page(request.GET.get(PAGE_VAR))
        self.record(request, Act.HISTORY, [obj])
        context = {
            **self.admin_site.each_context(request),
            "title": _("変更履歴"),
            "subtitle": str(obj),
            "page": page,
            "page_var": PAGE_VAR,
            "object": obj,
            "opts": self.opts,
        }
        return render(request, self.object_history_template, context)

    def history_form_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Old versions are read as differences, and never written back over newer ones."""
        raise Http404

    def _record_or_404(self, request: HttpRequest, object_id: str) -> Any:
        try:
            obj = self.get_queryset(request).filter(pk=unquote(object_id)).first()
        except (ValidationError, ValueError):
            obj = None
        if obj is None:
            raise Http404
        return obj

    def _changes(self, obj: Any) -> list[differences.Change]:
        sources = [(self.model, self.opts.pk.attname), *self.history_parts]
        changes = [
            change
            for model, column in sources
            for change in differences.read(
                model,
                differences.history_of(model).filter(**{column: obj.pk}),
                people=self.people,
            )
        ]
        return sorted(changes, key=lambda change: change.at, reverse=True)
