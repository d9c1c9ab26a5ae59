"""要対応: half hours in which more is promised than can be kept, and whom to call."""

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking import breaches
from history import actions as history
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.workplaces import workplaces

PURPOSE = "booking"


@require_safe
@only(rules.works_with_children)
def attention(request: StaffRequest) -> HttpResponse:
    """Everything to come, of all facilities that the reader works for, the soonest first."""
    places = dict(workplaces(rules.required_duty(request.user)))
    at = request.context.at
    found = breaches.breaches(user=request.user, facilities=places, at=at)
    others = breaches.misfits(user=request.user, facilities=places, at=at)
    history.record(
        Act.LIST,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        child_ids=breaches.children_of(found, others),
        fields=["name", "phone"],
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("要対応"),
        "breaches": [(breach, places[breach.facility_id]) for breach in found],
        "misfits": others,
        "several": len(places) > 1,
        "asks_for_help": rules.asks_for_help(request.user),
    }
    return render(request, "booking/staff/attention.html", context)
