"""休所: prepare, read what it would do, decide in one tap, and see who knows."""

import uuid
from collections.abc import Callable, Iterable

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import closure_sheet
from booking.actions import closures
from booking.closure_sheet import Sheet
from booking.forms_closures import ClosureForm
from booking.models import Closure
from booking.refusals import BookingRefused
from history import actions as history
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.workplaces import workplace, workplaces

PURPOSE = "booking"


@require_safe
@only(rules.works_with_children)
def closure_list(request: StaffRequest) -> HttpResponse:
    places = dict(workplaces(rules.required_duty(request.user)))
    context = {
        **admin.site.each_context(request),
        "title": _("休所"),
        "batches": closure_sheet.batches(
            user=request.user, facilities=places, at=request.context.at
        ),
        "may_decide": rules.manages(request.user),
    }
    return render(request, "booking/staff/closures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.manages)
def closure_new(request: StaffRequest) -> HttpResponse:
    """Prepared in the evening; the next page says what it would do."""
    choices = workplaces(rules.required_duty(request.user))
    posted = request.POST if request.method == "POST" else None
    form = ClosureForm(posted, choices=choices, at=request.context.at)
    if form.is_valid():
        chosen = [workplace(number) for number in form.cleaned_data["facilities"]]
        try:
            made = closures.prepare(
                facilities=chosen, by=request.user, at=request.context.at, **form.values
            )
            messages.success(request, _("休所を準備しました。まだ、ご家庭には知らせていません。"))
            return redirect("admin:closure", made[0].batch)
        except BookingRefused as refusal:
            form.add_error("facilities", str(refusal))
    context = {
        **admin.site.each_context(request),
        "title": _("休所を準備する"),
        "form": form,
        "several": len(choices) > 1,
    }
    return render(request, "booking/staff/closure_new.html", context)


@require_safe
@only(rules.works_with_children)
def closure(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    found = _sheet(request, number)
    history.record(
        Act.LIST,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        child_ids=found.children,
        fields=["name", "phone"],
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("休所"),
        "sheet": found,
        "batch": found.batch,
        "may_decide": rules.manages(request.user),
    }
    return render(request, "booking/staff/closure.html", context)


@require_POST
@only(rules.manages)
def closure_confirm(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    def confirm(chosen: Iterable[Closure]) -> str:
        ended = closures.confirm(closures=chosen, by=request.user, at=request.context.at)
        return _("休所にしました。%(count)d件の予約を取り消し、ご家庭に知らせます。") % {
            "count": len(ended)
        }

    return _decide(request, number, confirm, lambda each: each.is_prepared)


@require_POST
@only(rules.manages)
def closure_drop(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    def drop(chosen: Iterable[Closure]) -> str:
        closures.drop(closures=chosen, by=request.user, at=request.context.at)
        return _("見送りました。いつもどおり開所します。")

    return _decide(request, number, drop, lambda each: each.is_prepared)


@require_POST
@only(rules.manages)
def closure_lift(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    def lift(chosen: Iterable[Closure]) -> str:
        closures.lift(closures=chosen, by=request.user, at=request.context.at)
        return _("開所することにしました。取り消した予約は戻りません。ご家庭に知らせます。")

    return _decide(request, number, lift, lambda each: each.is_in_force)


def _decide(
    request: StaffRequest,
    number: uuid.UUID,
    act: Callable[[Iterable[Closure]], str],
    fits: Callable[[Closure], bool],
) -> HttpResponse:
    """Of one facility where the form names it, else of all in the batch that wait for it."""
    found = list(_sheet(request, number).batch.closures)
    if one := request.POST.get("closure", ""):
        found = [each for each in found if str(each.pk) == one]
    else:
        # Where somebody was quicker the action itself says what stands there now.
        found = [each for each in found if fits(each)] or found
    if not found:
        raise Http404
    try:
        messages.success(request, act(found))
    except BookingRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:closure", number)


def _sheet(request: StaffRequest, number: uuid.UUID) -> Sheet:
    places = dict(workplaces(rules.required_duty(request.user)))
    found = closure_sheet.sheet(
        user=request.user, facilities=places, number=number, at=request.context.at
    )
    if found is None:
        raise Http404
    return found
