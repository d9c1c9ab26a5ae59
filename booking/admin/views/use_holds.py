"""予約の停止: families that may book nothing new for a while, their appeals and the answers."""

import uuid

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking import held_families
from booking.actions import use_holds
from booking.forms_conduct import AnswerForm
from booking.models import UseHold
from history import actions as history
from history import clock
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused

PURPOSE = "booking"


@require_safe
@only(rules.works_with_children)
def index(request: StaffRequest) -> HttpResponse:
    """Those in force and those with an appeal that waits, the appeals first."""
    today = clock.local(request.context.at).date()
    waiting = Q(appealed_at__isnull=False, answered_at=None, lifted_at=None)
    holds = UseHold.objects.visible_to(request.user).filter(waiting | Q(ends_on__gte=today))
    found = list(holds.select_related("facility").order_by("-appealed_at", "ends_on"))
    _record(request, found, Act.LIST)
    context = {
        **admin.site.each_context(request),
        "title": _("予約の停止"),
        "families": held_families.held(request.user, found),
    }
    return render(request, "booking/staff/use_holds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
def use_hold(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Why it came about and what the family says; who manages its home facility answers."""
    found = UseHold.objects.visible_to(request.user).select_related("facility")
    hold = get_object_or_404(found, pk=number)
    may_answer = _may_answer(request, hold)
    form = AnswerForm(request.POST or None) if may_answer else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            use_holds.answer(
                hold=hold,
                words=form.cleaned_data["words"],
                lifts=form.lifts,
                by=request.user,
                at=request.context.at,
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("返事を記録しました。ご家庭へ知らせます。"))
        return redirect("admin:use_hold", number)
    _record(request, [hold], Act.VIEW)
    context = {
        **admin.site.each_context(request),
        "title": _("予約の停止"),
        "hold": hold,
        "child_name": held_families.held(request.user, [hold])[0].child_name,
        "form": form,
    }
    return render(request, "booking/staff/use_hold.html", context)


def _may_answer(request: StaffRequest, hold: UseHold) -> bool:
    at_home = hold.home_facility_id in rules.required_duty(request.user).facilities
    return rules.manages(request.user) and at_home and hold.answered_at is None


def _record(request: StaffRequest, holds: list[UseHold], act: Act) -> None:
    history.record(
        act,
        context=request.context,
        purpose=PURPOSE,
        model="booking.usehold",
        object_ids=[hold.pk for hold in holds],
        child_ids=[hold.child_id for hold in holds],
        fields=["name", "use_hold"],
        path=request.path,
    )
