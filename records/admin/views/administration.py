"""緊急管理者操作: an administrator opens an hour, and it is ended before its time."""

import uuid

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import logout as close_session
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from history import actions as history
from history.enums import Act
from records import rules
from records.actions import administrator_openings as openings
from records.admin.forms_sign_in import FactorForm
from records.admin.views import door
from records.admin.views.gate import StaffRequest, only
from records.finding import SHORTEST_REASON
from records.models import AdministratorOpening
from records.refusals import Refused
from records.refusals_sign_in import Locked, WrongFactor
from records.validators import validate_no_my_number


class OpeningForm(FactorForm):
    reason = forms.CharField(
        label=gettext_lazy("開く理由"), min_length=SHORTEST_REASON, max_length=200,
        validators=[validate_no_my_number],
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy(
            "いま何が起きていて、何をするのかを、10文字以上で書いてください。"
            "センターと監査担当が読みます。お子さんやご家庭の名前は書かないでください。"
        ),
    )  # fmt: skip
    field_order = ("reason", "code")


@door.leaves_nothing
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.is_administrator)
def administration(request: StaffRequest) -> HttpResponse:
    """The form, or what is open; then it says until when."""
    form = OpeningForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            openings.open_hour(
                sign_in=request.sign_in, reason=form.cleaned_data["reason"],
                code=form.cleaned_data["code"], context=request.context,
            )  # fmt: skip
        except Locked as refusal:
            close_session(request)
            return door.locked(request, refusal)
        except WrongFactor as refusal:
            form.add_error("code", str(refusal))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.warning(request, _("緊急管理者操作を開きました。センターに知らせました。"))
            return redirect(door.next_of(request) or "admin:staff")
    own = AdministratorOpening.objects.visible_to(request.user).open_at(request.context.at)
    history.record(
        Act.LIST, context=request.context, purpose="administration",
        model="records.administratoropening", object_ids=[each.pk for each in own],
        path=request.path,
    )  # fmt: skip
    page = {
        **admin.site.each_context(request),
        "title": _("緊急管理者操作"),
        "form": form,
        "openings": own,
        "next": door.next_of(request),
    }
    return render(request, "records/staff/administration.html", page)


@require_POST
@only(rules.is_office)
def close(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """End it: whoever opened it, or the center."""
    opening = get_object_or_404(AdministratorOpening.objects.visible_to(request.user), pk=number)
    try:
        openings.close(opening=opening, by=request.user, context=request.context)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("緊急管理者操作を終わらせました。"))
    if rules.is_administrator(request.user):
        return redirect("admin:administration")
    return redirect("admin:records_administratoropening_change", number)
