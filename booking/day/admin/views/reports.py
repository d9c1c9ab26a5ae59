"""今日のようす: a few taps while the child is here, read by its family once it has gone home."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.day import reports
from booking.day.actions import reports as report_actions
from booking.day.forms_report import DayReportForm
from booking.day.models import DayReport
from booking.day.models.day_report import TAPS
from booking.models import Booking
from history import actions as history
from history.enums import Act
from records import drafts, rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused

PURPOSE = "care"
FIELDS = ("name", "day.dayreport")


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
def day_report(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Afterwards it can still be read here, and is written no more."""
    found = Booking.objects.visible_to(request.user)
    booking = get_object_or_404(
        found.select_related("facility", "attendance", "day_report__written_by"), pk=number
    )
    report = getattr(booking, "day_report", None)
    form = DayReportForm(drafts.posted(request), initial=_initial(report))
    if request.method == "POST" and form.is_valid():
        try:
            report_actions.write(
                booking=booking, said=form.cleaned_data, by=request.user, at=request.context.at
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("「今日のようす」を保存しました。"))
        return redirect("admin:day_report", number)
    history.record(
        Act.VIEW,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        object_ids=[booking.pk],
        child_ids=[booking.child_id],
        fields=FIELDS,
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("今日のようす"),
        "booking": booking,
        "attendance": getattr(booking, "attendance", None),
        "report": report,
        "is_read": booking.state in reports.HANDED_OUT,
        "form": form if reports.may_be_written(booking, request.context.at) else None,
    }
    return render(request, "day/staff/day_report.html", context)


def _initial(report: DayReport | None) -> dict[str, Any]:
    if report is None:
        return dict.fromkeys(TAPS, "")
    return {name: getattr(report, name) for name in (*TAPS, "words")}
