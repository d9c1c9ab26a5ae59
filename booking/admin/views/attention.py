"""要対応: half hours in which more is promised than can be kept, and whom to call."""

import uuid

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking import breaches, call_list, closure_sheet
from booking.actions import calls, losses
from booking.admin.views.calls import TAPPED, ResultForm
from booking.models import Booking
from booking.refusals import BookingRefused
from history import actions as history
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.validators import validate_no_my_number
from records.workplaces import workplaces

PURPOSE = "booking"


class WordsForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("ご家庭への言葉"), max_length=200, validators=[validate_no_my_number],
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "メールと予約の画面に、そのまま出ます。例：職員が急に休んだため、お預かりできなくなりました。"
        ),
        error_messages={
            "required": gettext_lazy("取り消す理由を、ご家庭への言葉で入れてください。")
        },
    )  # fmt: skip


@require_safe
@only(rules.works_with_children)
def attention(request: StaffRequest) -> HttpResponse:
    """Everything to come, of all facilities that the reader works for, the soonest first."""
    places = dict(workplaces(rules.required_duty(request.user)))
    at = request.context.at
    found = breaches.breaches(user=request.user, facilities=places, at=at)
    others = breaches.misfits(user=request.user, facilities=places, at=at)
    history.record(
        Act.LIST,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        child_ids=breaches.children_of(found, others),
        fields=["name", "phone"],
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("要対応"),
        "breaches": [(breach, places[breach.facility_id]) for breach in found],
        "misfits": others,
        "several": len(places) > 1,
        "calls": call_list.open_count(user=request.user, facilities=places),
        "closures": closure_sheet.overdue_count(user=request.user, facilities=places, at=at),
        "asks_for_help": rules.asks_for_help(request.user),
    }
    return render(request, "booking/staff/attention.html", context)


@require_safe
@only(rules.works_with_children)
def settle(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """One family: ring, look for another time or place, or cancel for the facility."""
    return _settle_page(request, _booking(request, number), WordsForm())


@require_POST
@only(rules.works_with_children)
def settle_call(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Somebody rang about it; who was not there comes onto the list of calls."""
    booking = _booking(request, number)
    form = ResultForm(request.POST)
    if form.is_valid():
        done = calls.rang(
            booking=booking,
            result=form.cleaned_data["result"],
            by=request.user,
            at=request.context.at,
        )
        messages.success(
            request, _("「%(result)s」と記録しました。") % {"result": done.get_result_display()}
        )
    else:
        messages.error(request, _("電話の結果を選んでください。"))
    return redirect("admin:settle", booking.pk)


@require_POST
@only(rules.manages)
def retract(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Cancel for reasons of the facility, in words that the family reads."""
    booking = _booking(request, number)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _settle_page(request, booking, form)
    try:
        losses.retract(
            booking=booking,
            words=form.cleaned_data["words"],
            by=request.user,
            at=request.context.at,
        )
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("施設の都合で取り消しました。料金はかかりません。ご家庭に知らせます。")
        )
    return redirect("admin:settle", booking.pk)


def _settle_page(request: StaffRequest, booking: Booking, form: WordsForm) -> HttpResponse:
    history.record(
        Act.VIEW,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        object_ids=[booking.pk],
        child_ids=[booking.child_id],
        fields=["name", "phone"],
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("この予約への対応"),
        "booking": booking,
        "form": form,
        "results": TAPPED[:3],
        "calls": list(booking.calls.order_by("-asked_at")),
        "is_open": breaches.may_be_settled(booking),
        "may_retract": rules.manages(request.user),
    }
    return render(request, "booking/staff/settle.html", context)


def _booking(request: StaffRequest, number: uuid.UUID) -> Booking:
    found = Booking.objects.visible_to(request.user).select_related("facility")
    return get_object_or_404(found, pk=number)
