"""電話連絡: a list to work through, and a tap for each result."""

import uuid

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking import call_list
from booking.actions import calls
from booking.enums_calls import CallResult
from booking.models import Call
from booking.refusals import BookingRefused
from history import actions as history
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.workplaces import workplaces

PURPOSE = "booking"
# What can be tapped; the rest comes about by itself.
TAPPED = (CallResult.REACHED, CallResult.NO_ANSWER, CallResult.MESSAGE, CallResult.NOT_NEEDED)


class ResultForm(forms.Form):
    result = forms.TypedChoiceField(
        choices=[(each.value, each.label) for each in TAPPED], coerce=CallResult
    )


@require_safe
@only(rules.works_with_children)
def call_page(request: StaffRequest) -> HttpResponse:
    places = dict(workplaces(rules.required_duty(request.user)))
    found = call_list.call_list(user=request.user, facilities=places, at=request.context.at)
    history.record(
        Act.LIST,
        context=request.context,
        purpose=PURPOSE,
        model="booking.call",
        child_ids=found.children,
        fields=["name", "phone"],
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("電話連絡"),
        "calls": found,
        "several": len(places) > 1,
        "results": TAPPED,
    }
    return render(request, "booking/staff/calls.html", context)


@require_POST
@only(rules.works_with_children)
def call_result(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The tick: somebody rang, and this came of it."""
    call = _call(request, number)
    form = ResultForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("電話の結果を選んでください。"))
        return redirect("admin:calls")
    try:
        done = calls.note(
            call=call, result=form.cleaned_data["result"], by=request.user, at=request.context.at
        )
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("「%(result)s」と記録しました。") % {"result": done.get_result_display()}
        )
    return redirect("admin:calls")


@require_POST
@only(rules.works_with_children)
def call_reopen(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Tapped by mistake."""
    calls.reopen(call=_call(request, number), by=request.user, at=request.context.at)
    messages.success(request, _("未連絡に戻しました。"))
    return redirect("admin:calls")


def _call(request: StaffRequest, number: uuid.UUID) -> Call:
    return get_object_or_404(Call.objects.visible_to(request.user), pk=number)
