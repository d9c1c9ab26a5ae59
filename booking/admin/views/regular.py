"""定期利用: a weekday for a term; each day is looked at before anything is booked."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import phone, regular_use
from booking.actions import requests
from booking.admin.views.caller import address_of_places, channel_of, context_of, with_caller
from booking.callers import Caller
from booking.enums import Accepts
from booking.forms_phone import RegularUseForm
from booking.refusals import KeyReused
from booking.regular_use import Day
from history import clock
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
@with_caller("admin:phone")
def regular(request: StaffRequest, caller: Caller) -> HttpResponse:
    """The weekday and the term; a POST lists each day, and a second one books what was listed."""
    form = _form(request)
    days: list[Day] = []
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        days = regular_use.preview(
            form.wanted(caller),
            at=request.context.at,
            channel=channel_of(request),
            by_center=rules.is_center(request.user),
        )
        if form.is_seen:
            try:
                return _book(request, caller, form, days)
            except Refused as refusal:
                refused = refusal
    fitting = [each for each in days if not each.refusal]
    asked = regular_use.wishes(days)
    may_leave_out = bool(days) and form.cleaned_data["accepts"] == Accepts.WHAT_FITS
    is_ready = bool(fitting) and (may_leave_out or len(fitting) == len(asked))
    context = context_of(
        request,
        caller,
        title=_("定期利用"),
        form=form,
        days=days,
        refused=refused,
        can_book=len(fitting),
        is_ready=is_ready and not isinstance(refused, KeyReused),
        seen=form.fingerprint if is_ready else "",
        back=address_of_places(request, caller),
    )
    return render(request, "booking/staff/phone_regular.html", context)


def _form(request: StaffRequest) -> RegularUseForm:
    at = request.context.at
    today = clock.local(at).date()
    open_days = phone.days(at)
    initial = {"key": uuid.uuid4(), "start": "09:00", "end": "12:00"}
    return RegularUseForm(
        request.POST or None,
        today=today,
        hours=phone.hours(open_days[0]) if open_days else [],
        facilities=phone.facilities(request.user, channel_of(request)),
        initial=initial,
    )


def _book(
    request: StaffRequest, caller: Caller, form: RegularUseForm, days: list[Day]
) -> HttpResponse:
    answer = requests.submit(
        wishes=regular_use.wishes(days),
        accepts=form.cleaned_data["accepts"],
        by=request.user,
        at=request.context.at,
        key=form.cleaned_data["key"],
        channel=channel_of(request),
    )
    if answer.request is None:
        raise answer.refusals[0].error
    return redirect("admin:phone_done", caller.look_up, answer.request.pk)
