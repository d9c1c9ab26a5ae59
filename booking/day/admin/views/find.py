"""A family's code, typed or read by a scanner that types: it opens its row of today's list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from booking.day import codes
from booking.day.admin.views.rows import back_to_row
from booking.day.refusals import DayRefused
from history import clock
from records import rules
from records.admin.views.gate import StaffRequest, only


@require_POST
@only(rules.gives_care_on_site)
def find_row(request: StaffRequest) -> HttpResponse:
    """Posted: a code never stands in an address."""
    try:
        booking = codes.find(
            user=request.user,
            facility_id=rules.required_duty(request.user).facility,
            day=clock.local(request.context.at).date(),
            text=request.POST.get("code", ""),
        )
    except DayRefused as refusal:
        messages.error(request, str(refusal))
        query = "?reception=1" if "reception" in request.GET else ""
        return redirect(reverse("admin:today") + query + "#code")
    return back_to_row(request, booking, shown=True)
