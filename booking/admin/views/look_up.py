"""受付照会: the few words that a booking by telephone or at the counter needs."""

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions import look_ups
from history import clock
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.forms.finding import FindChildForm
from records.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
def look_up(request: StaffRequest) -> HttpResponse:
    """The answer comes with the form, posted: a name never stands in an address."""
    form = FindChildForm(request.POST if request.method == "POST" else None)
    answer = refused = None
    today = clock.local(request.context.at).date()
    if request.method == "POST" and form.is_valid():
        try:
            answer = look_ups.look_up(
                sought=form.sought,
                facility_id=rules.required_duty(request.user).facility,
                day=today,
                at=request.context.at,
            )
        except Refused as refusal:
            refused = refusal
    context = {
        **admin.site.each_context(request),
        "title": _("受付照会"),
        "form": form,
        "answer": answer,
        "refused": refused,
    }
    return render(request, "booking/staff/look_up.html", context)
