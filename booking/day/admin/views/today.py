"""本日の利用者一覧, and the two taps of a carer's day."""

import datetime as dt
import uuid
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.forms.utils import ErrorDict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions import attendances
from booking.admin.views.choices import chosen_day, chosen_facility
from booking.day.day_sheet import DaySheet, arrival_of, day_sheet
from booking.day.forms import ArrivalForm, AttendanceForm, UndoForm
from booking.models import Booking
from booking.refusals import BookingRefused
from history import actions as history
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.workplaces import workplaces

PURPOSE = "care"


@require_safe
@only(rules.works_with_children)
def today(request: StaffRequest) -> HttpResponse:
    """The children of a day at the facility worked for; the center chooses one by link."""
    duty = rules.required_duty(request.user)
    choices = workplaces(duty)
    facility_id = chosen_facility(request, choices)
    day = chosen_day(request)
    reception = "reception" in request.GET
    sheet = day_sheet(
        user=request.user,
        facility_id=facility_id,
        day=day,
        at=request.context.at,
        reception=reception,
        shown=_uuid(request.GET.get("booking", "")),
    )
    _record(request, sheet, reception=reception)
    context = {
        **admin.site.each_context(request),
        "title": _("本日の利用者一覧"),
        "sheet": sheet,
        "facility_name": dict(choices)[facility_id],
        "facility_id": facility_id,
        "facilities": choices if len(choices) > 1 else (),
        "facility_query": f"facility={facility_id}&" if duty.is_center else "",
        "reception": reception,
        "at": request.context.at,
        "is_today": sheet.head_count is not None,
        # The center reads the list and corrects afterwards; it receives no children.
        "records_attendance": rules.gives_care_on_site(request.user),
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
    }
    return render(request, "day/staff/day_sheet.html", context)


@require_POST
@only(rules.gives_care_on_site)
def arrive(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """受け入れ."""
    booking = _booking(request, number)
    form = ArrivalForm(request.POST, booking=booking, at=request.context.at)
    if not form.is_valid():
        return _back(request, booking, refused=form.errors)
    try:
        attendances.arrive(
            booking=booking,
            by=request.user,
            at=form.moment,
            brought_by=form.cleaned_data["person"],
            temperature=form.cleaned_data["temperature"],
            condition=form.cleaned_data["condition"],
            noted_at=request.context.at,
        )
    except BookingRefused as refusal:
        return _back(request, booking, refused=refusal)
    return _back(request, booking, _("%(child)s さんを受け入れました。"))


@require_POST
@only(rules.gives_care_on_site)
def leave(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """お迎え."""
    booking = _booking(request, number)
    form = AttendanceForm(
        request.POST, booking=booking, at=request.context.at, after=arrival_of(booking)
    )
    if not form.is_valid():
        return _back(request, booking, refused=form.errors)
    try:
        attendances.leave(
            booking=booking,
            by=request.user,
            at=form.moment,
            fetched_by=form.cleaned_data["person"],
            noted_at=request.context.at,
        )
    except BookingRefused as refusal:
        return _back(request, booking, refused=refusal)
    return _back(request, booking, _("%(child)s さんのお迎えを記録しました。"))


@require_POST
@only(rules.gives_care_on_site)
def undo_arrival(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The arrival was recorded for the wrong child."""
    booking = _booking(request, number)
    try:
        attendances.undo_arrival(
            booking=booking, by=request.user, at=request.context.at, reason=_reason(request)
        )
    except BookingRefused as refusal:
        return _back(request, booking, refused=refusal)
    return _back(request, booking, _("%(child)s さんの受け入れを取り消しました。"))


@require_POST
@only(rules.gives_care_on_site)
def undo_departure(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The departure was recorded too early, or for the wrong child."""
    booking = _booking(request, number)
    try:
        attendances.undo_departure(
            booking=booking, by=request.user, at=request.context.at, reason=_reason(request)
        )
    except BookingRefused as refusal:
        return _back(request, booking, refused=refusal)
    return _back(request, booking, _("%(child)s さんのお迎えを取り消しました。"))


def _reason(request: StaffRequest) -> str:
    form = UndoForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


def _booking(request: StaffRequest, number: uuid.UUID) -> Booking:
    return get_object_or_404(Booking.objects.visible_to(request.user), pk=number)


def _back(
    request: StaffRequest,
    booking: Booking,
    message: str = "",
    refused: BookingRefused | ErrorDict | None = None,
) -> HttpResponse:
    """To the row one came from; at the reception the message names nobody."""
    query: dict[str, object] = {"day": booking.day.isoformat(), "facility": booking.facility_id}
    name = booking.child_name
    if "reception" in request.GET:
        query["reception"] = 1
        name = _("お子さん")
    if isinstance(refused, BookingRefused):
        messages.error(request, str(refused))
    elif refused:
        messages.error(
            request, " ".join(str(text) for errors in refused.values() for text in errors)
        )
    else:
        messages.success(request, message % {"child": name})
    return redirect(f"{reverse('admin:today')}?{urlencode(query)}#booking-{booking.pk}")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _record(request: StaffRequest, sheet: DaySheet, *, reception: bool) -> None:
    shown = [(sheet.child_ids, ["name", "age", "care_needs"])]
    if sheet.called_ids and not reception:
        shown.append((sheet.called_ids, ["phone"]))
    for child_ids, fields in shown:
        history.record(
            Act.LIST,
            context=request.context,
            purpose=PURPOSE,
            model="booking.booking",
            child_ids=child_ids,
            fields=fields,
            path=request.path,
        )
