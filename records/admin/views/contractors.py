"""委託事業者の作業: who of a contractor was let in, for what ticket, and when they were there."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from history import actions as history
from history import clock
from history.enums import Act
from records import contractor_book, rules
from records.actions import contractors
from records.admin.forms_accounts import CHOOSE, AccountForm, HelperField
from records.admin.views.factors import fresh
from records.admin.views.gate import StaffRequest, only
from records.models import ContractorAccess, User
from records.models.contractor_access import LONGEST
from records.refusals import Refused


class MinuteField(forms.DateTimeField):
    """A minute on Tokyo's wall clock, by the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)


class ContractorForm(AccountForm):
    user = HelperField(
        label=gettext_lazy("作業する人"), queryset=None, empty_label=CHOOSE[0][1],
        help_text=gettext_lazy(
            "本人の名前のアカウントです。会社で共用しません。はじめての人は、先にアカウントを登録します。"
        ),
    )  # fmt: skip
    company = forms.CharField(label=gettext_lazy("委託事業者"), max_length=100)
    ticket = forms.CharField(
        label=gettext_lazy("作業番号"), max_length=40,
        help_text=gettext_lazy("依頼書や作業票の番号です。例：保守-2026-031"),
    )  # fmt: skip
    starts_at = MinuteField(label=gettext_lazy("開始"))
    ends_at = MinuteField(
        label=gettext_lazy("終了"),
        help_text=gettext_lazy("14日以内。この時刻に、作業中でも使えなくなります。"),
    )

    def __init__(self, *args: Any, candidates: QuerySet[User], at: dt.datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.at = at
        cast("HelperField", self.fields["user"]).queryset = candidates

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts_at, ends_at = given.get("starts_at"), given.get("ends_at")
        if starts_at is None or ends_at is None:
            return given
        if not starts_at < ends_at <= starts_at + LONGEST:
            self.add_error("ends_at", _("終了は開始より後、14日以内にしてください。"))
        elif ends_at <= self.at:
            self.add_error("ends_at", _("終了が過ぎています。これからの時刻を入力してください。"))
        return given


@require_safe
@only(rules.reviews_contractors)
def listed(request: StaffRequest) -> HttpResponse:
    found = contractor_book.accesses(at=request.context.at)
    history.record(
        Act.LIST, context=request.context, purpose="accounts", model="records.contractoraccess",
        object_ids=[each.row.pk for each in found], path=request.path,
    )  # fmt: skip
    page = {
        **admin.site.each_context(request),
        "title": ContractorAccess._meta.verbose_name_plural,
        "accesses": found,
        "keeps_accounts": rules.keeps_accounts(request.user),
        "reads_log_ins": rules.reviews_administration(request.user),
    }
    return render(request, "records/staff/contractors.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.keeps_accounts)
@fresh
def new(request: StaffRequest) -> HttpResponse:
    """Let a named person in, for a ticket, from one minute to another."""
    at = request.context.at
    candidates = contractor_book.candidates(on=clock.local(at).date())
    data = request.POST if request.method == "POST" else None
    form = ContractorForm(data, candidates=candidates, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            made = contractors.admit(**form.cleaned_data, by=request.user, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("%(name)s さんの作業を登録しました。") % {"name": made.membership.user},
            )
            return redirect("admin:contractors")
    page = {
        **admin.site.each_context(request),
        "title": _("委託事業者の作業を登録する"),
        "form": form,
        "has_candidates": candidates.exists(),
    }
    return render(request, "records/staff/contractor_new.html", page)
