"""本日の利用者一覧."""

import datetime as dt
import uuid

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.admin.views.choices import chosen_day, chosen_facility
from booking.day.day_sheet import DaySheet, day_sheet
from booking.day.enums import CallAnswer
from booking.enums import LateEntry
from records import rules
from records.admin.views import readings
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
        "late_entries": LateEntry.choices,
        "at": request.context.at,
        "is_today": sheet.head_count is not None,
        "answers": CallAnswer.choices,
        # The center reads the list and corrects afterwards; it receives no children.
        "records_attendance": rules.gives_care_on_site(request.user),
        "manages": rules.manages(request.user),
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
    }
    return render(request, "day/staff/day_sheet.html", context)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _record(request: StaffRequest, sheet: DaySheet, *, reception: bool) -> None:
    model = "booking.booking"
    readings.listed(request, PURPOSE, model, sheet.child_ids, ["name", "age", "care_needs"])
    if sheet.called_ids and not reception:
        fields = ["phone", "pick_up_people"]
        readings.listed(request, PURPOSE, model, sheet.called_ids, fields)
