"""午睡チェック: a page of its own, to be left open beside the beds."""

import uuid

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.day.actions import naps as actions
from booking.day.admin.views.rows import booking_of
from booking.day.day_sheet import day_sheet
from booking.day.forms_naps import NapChecksForm
from booking.day.models import NapWatch
from booking.day.naps import NapRoom, nap_room, rule_on
from booking.day.refusals import DayRefused
from history import clock
from records import rules
from records.admin.views import readings
from records.admin.views.gate import StaffRequest, only

PURPOSE = "care"


@require_safe
@only(rules.gives_care_on_site)
def nap_page(request: StaffRequest) -> HttpResponse:
    room = _room(request)
    return _page(request, room, NapChecksForm(sleepers=room.sleepers))


@require_POST
@only(rules.gives_care_on_site)
def nap_check(request: StaffRequest) -> HttpResponse:
    """One child's button, or everybody's."""
    room = _room(request)
    form = NapChecksForm(request.POST, sleepers=room.sleepers)
    if not form.is_valid():
        return _page(request, room, form)
    try:
        made = actions.check(
            looks=form.looks(), facility_id=_facility(request), by=request.user,
            at=request.context.at,
        )  # fmt: skip
    except DayRefused as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("%(number)d人の確認を記録しました。") % {"number": len(made)}
        messages.success(request, said)
    return redirect("admin:naps")


@require_POST
@only(rules.gives_care_on_site)
def nap_begin(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """午睡を始める."""
    booking = booking_of(request, number)
    try:
        actions.begin(booking=booking, by=request.user, at=request.context.at)
    except DayRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:naps")


@require_POST
@only(rules.gives_care_on_site)
def nap_end(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """起きた."""
    watch = get_object_or_404(NapWatch.objects.visible_to(request.user), pk=number)
    actions.end(watch=watch, by=request.user, at=request.context.at)
    return redirect("admin:naps")


def _facility(request: StaffRequest) -> int:
    return rules.required_duty(request.user).facility


def _room(request: StaffRequest) -> NapRoom:
    at, facility_id = request.context.at, _facility(request)
    sheet = day_sheet(user=request.user, facility_id=facility_id, day=clock.local(at).date(), at=at)
    return nap_room((*sheet.rows, *sheet.forgotten), facility_id=facility_id, at=at)


def _page(request: StaffRequest, room: NapRoom, form: NapChecksForm) -> HttpResponse:
    at = request.context.at
    children = {each.row.booking.child_id for each in room.sleepers}
    children |= {row.booking.child_id for row in room.awake}
    children |= {watch.booking.child_id for watch in room.over}
    fields = ["name", "age", "care_needs"]
    readings.listed(request, PURPOSE, "booking.booking", sorted(children), fields)
    context = {
        **admin.site.each_context(request),
        "title": _("午睡チェック"),
        "room": room,
        "form": form,
        "rule": rule_on(clock.local(at).date()),
        "at": at,
    }
    return render(request, "day/staff/naps.html", context)
