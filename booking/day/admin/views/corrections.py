"""訂正: a manager puts the times of a closed day right."""

import uuid

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.day.actions import corrections
from booking.day.forms_correction import CorrectionForm
from booking.day.models import DayCorrection
from booking.models import Booking
from history import actions as history
from history import clock
from history.enums import Act
from records import drafts, rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused

PURPOSE = "care"
FIELDS = ("name", "booking.attendance")


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.manages)
def attendance_correct(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """What stands, what was put right before, and the times as they really were."""
    found = Booking.objects.visible_to(request.user).select_related("facility", "attendance")
    booking = get_object_or_404(found, pk=number, attendance__left_at__isnull=False)
    attendance = booking.attendance
    initial = {
        "arrived": clock.local(attendance.arrived_at).time(),
        "left": clock.local(attendance.left_at or attendance.arrived_at).time(),
    }
    form = CorrectionForm(drafts.posted(request), booking=booking, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            corrections.correct(
                booking=booking, by=request.user, at=request.context.at, **form.values
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("訂正を記録しました。"))
        return redirect("admin:attendance_correct", number)
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
    known = DayCorrection.objects.visible_to(request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("締めた日の訂正"),
        "booking": booking,
        "attendance": attendance,
        "corrections": known.filter(booking=booking).select_related("corrected_by"),
        "form": form,
    }
    return render(request, "day/staff/attendance_correct.html", context)
