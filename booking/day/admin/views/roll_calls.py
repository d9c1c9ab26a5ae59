"""避難・点呼: one screen for everybody who is here, one tap each, and the same on paper."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.admin.views import pdf
from booking.admin.views.choices import chosen_facility
from booking.day import roll_calls
from booking.day.actions import roll_calls as actions
from booking.day.forms_roll_call import RollCallForm
from booking.day.models import RollCall
from booking.day.roll_call_paper import roll_call_pdf
from booking.day.roll_calls import RollCallSheet
from booking.enums import BookingState
from history import actions as history
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused
from records.workplaces import workplaces

PURPOSE = "care"
FIELDS = ("name", "age", "care_needs", "phone", "pick_up_people")


@require_safe
@only(rules.works_with_children)
def roll_call(request: StaffRequest) -> HttpResponse:
    """The roll call under way, or the list from which the first tap begins one."""
    choices = workplaces(rules.required_duty(request.user))
    facility_id = chosen_facility(request, choices)
    sheet = _sheet(request, facility_id)
    _record(request, Act.LIST, sheet)
    context = {
        **admin.site.each_context(request),
        "title": _("避難・点呼"),
        "sheet": sheet,
        "facility_id": facility_id,
        "facility_name": dict(choices)[facility_id],
        "facilities": choices if len(choices) > 1 else (),
        "may_mark": rules.gives_care_on_site(request.user),
        "calls": roll_calls.calls_of(request.user, facility_id),
    }
    return render(request, "day/staff/roll_call.html", context)


@require_safe
@only(rules.works_with_children)
def sheet_pdf(request: StaffRequest) -> HttpResponse:
    """The paper; each opening is a print."""
    choices = workplaces(rules.required_duty(request.user))
    facility_id = chosen_facility(request, choices)
    sheet = _sheet(request, facility_id)
    _record(request, Act.PRINT, sheet)
    return pdf.shown(roll_call_pdf(sheet, facility=dict(choices)[facility_id]), "roll-call")


@require_POST
@only(rules.gives_care_on_site)
def mark(request: StaffRequest) -> HttpResponse:
    """One tap, and back to where it was made."""
    sheet = _sheet(request, _facility(request))
    form = RollCallForm(request.POST, sheet=sheet)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for each in form.errors.values() for e in each))
        return redirect("admin:roll_call")
    values = form.values
    actions.mark(
        facility_id=_facility(request),
        expected=_expected(sheet),
        by=request.user,
        at=request.context.at,
        **values,
    )
    booking = values["booking"]
    anchor = f"#booking-{booking.pk}" if booking else "#adults"
    response = redirect("admin:roll_call")
    response["Location"] += anchor
    return response


@require_POST
@only(rules.gives_care_on_site)
def new(request: StaffRequest) -> HttpResponse:
    """Everybody is counted from the beginning; `drill` says that it is an exercise."""
    sheet = _sheet(request, _facility(request))
    actions.start(
        facility_id=_facility(request),
        expected=_expected(sheet),
        is_drill="drill" in request.POST,
        by=request.user,
        at=request.context.at,
    )
    messages.success(request, _("新しい点呼を始めました。"))
    return redirect("admin:roll_call")


@require_POST
@only(rules.gives_care_on_site)
def end(request: StaffRequest) -> HttpResponse:
    try:
        actions.end(facility_id=_facility(request), by=request.user, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("点呼を終えました。記録は残っています。"))
    return redirect("admin:roll_call")


@require_safe
@only(rules.works_with_children)
def kept(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """What was tapped in a roll call, in its order."""
    found = RollCall.objects.visible_to(request.user).select_related("facility", "started_by")
    call = get_object_or_404(found, pk=number)
    marks = roll_calls.marks_of(call)
    children = list(dict.fromkeys(each.booking.child_id for each in marks if each.booking))
    history.record(
        Act.VIEW,
        context=request.context,
        purpose=PURPOSE,
        model="day.rollcall",
        object_ids=[call.pk],
        child_ids=children,
        fields=["name"],
        path=request.path,
    )
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("点呼の記録"),
        "call": call,
        "marks": marks,
    }
    return render(request, "day/staff/roll_call_kept.html", context)


def _facility(request: StaffRequest) -> int:
    return rules.required_duty(request.user).facility


def _sheet(request: StaffRequest, facility_id: int) -> RollCallSheet:
    return roll_calls.roll_call_sheet(
        user=request.user, facility_id=facility_id, at=request.context.at
    )


def _expected(sheet: RollCallSheet) -> list[uuid.UUID]:
    bookings = [each.row.booking for each in sheet.people]
    return [each.pk for each in bookings if each.state == BookingState.PRESENT]


def _record(request: StaffRequest, act: Act, sheet: RollCallSheet) -> None:
    history.record(
        act,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        child_ids=sheet.child_ids,
        fields=FIELDS,
        path=request.path,
    )
