"""Who may do what with the register, for lists and forms alike (domain.md 4.1, 4.2)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.formsets import TOTAL_FORM_COUNT, BaseFormSet, ManagementForm
from django.http import HttpRequest, HttpResponse, QueryDict

from history.admin import TrackedAdmin
from records import drafts, rules
from records.admin.people import PEOPLE
from records.visibility import visible


class RegisterAdmin(TrackedAdmin):
    """Managers, the center and auditors read what was; names come from the register."""

    may_review = staticmethod(rules.reviews)
    people = PEOPLE

    @drafts.shows_draft
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        extra = {**(extra_context or {}), "draft": drafts.posted(request)}
        return super().add_view(request, form_url, extra)

    @drafts.shows_draft
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        extra = {**(extra_context or {}), "draft": drafts.posted(request)}
        return super().change_view(request, object_id, form_url, extra)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        draft = context.pop("draft", None)
        if draft and request.method != "POST":
            _fill(context["adminform"].form, draft)
            for inline in context["inline_admin_formsets"]:
                _fill_rows(inline.formset, draft)
        return super().render_change_form(request, context, *args, **kwargs)


class CareAdmin(RegisterAdmin):
    """Records about children, for those who work with them, at their own facility.

    `facility_path` leads to the facility whose staff see a row.
    """

    may_view = staticmethod(rules.works_with_children)
    facility_path = "home_facility"

    def within(self, queryset: QuerySet[Any], user: object) -> QuerySet[Any]:
        return queryset.filter(visible(user, facility=self.facility_path))


class SettingsAdmin(RegisterAdmin):
    """What the center decides for the ward; managers read it."""

    may_view = staticmethod(rules.manages)
    may_add = staticmethod(rules.is_center)
    may_change = staticmethod(rules.is_center)


def _fill(form: forms.BaseForm, draft: QueryDict) -> None:
    """Show what was typed, as nothing but the start of a form that is yet to be sent."""
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        if not field.widget.value_omitted_from_data(draft, {}, key):
            form.initial[name] = field.widget.value_from_datadict(draft, {}, key)


def _fill_rows(formset: BaseFormSet[Any], draft: QueryDict) -> None:
    sent = ManagementForm(draft, prefix=formset.prefix)
    if not sent.is_valid():
        return
    count = sent.cleaned_data[TOTAL_FORM_COUNT] or 0
    formset.extra = max(count - formset.initial_form_count(), 0)
    # As many rows as there were; those made so far are made anew.
    formset.__dict__.pop("forms", None)
    for form in formset.forms:
        _fill(form, draft)
