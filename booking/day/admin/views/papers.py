"""用紙: the prints of a day, and whether there is anything new since."""

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.admin.views import pdf
from booking.admin.views.choices import chosen_day, chosen_facility
from booking.day import papers
from booking.day.actions import sheet_prints
from booking.day.models import SheetPrint
from history import clock
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.models import Facility
from records.workplaces import workplaces


@require_safe
@only(rules.works_with_children)
def sheets(request: StaffRequest) -> HttpResponse:
    """The prints of a day at the facility worked for; the center chooses one by link."""
    choices = workplaces(rules.required_duty(request.user))
    facility_id = chosen_facility(request, choices)
    today = clock.local(request.context.at).date()
    next_day = papers.next_open_day(facility_id, today)
    # The evening's link does not know which day is next.
    day = (next_day or today) if request.GET.get("day") == "next" else chosen_day(request)
    now = papers.paper(user=request.user, facility_id=facility_id, day=day, at=request.context.at)
    found = SheetPrint.objects.visible_to(request.user).filter(facility_id=facility_id, day=day)
    context = {
        **admin.site.each_context(request),
        "title": _("一覧の用紙"),
        "facility_name": dict(choices)[facility_id],
        "facilities": choices if len(choices) > 1 else (),
        "facility_id": facility_id,
        "day": day,
        "today": today,
        "next_day": next_day,
        "care_digest": now.care_digest,
        "prints": list(found.select_related("printed_by")),
    }
    return render(request, "day/staff/sheets.html", context)


@require_POST
@only(rules.works_with_children)
def sheet_print(request: StaffRequest) -> HttpResponse:
    """The next number, as a PDF."""
    choices = workplaces(rules.required_duty(request.user))
    facility = get_object_or_404(Facility, pk=chosen_facility(request, choices))
    day = chosen_day(request)
    paper = papers.paper(user=request.user, facility_id=facility.pk, day=day, at=request.context.at)
    made = sheet_prints.note_print(
        facility=facility, day=day, paper=paper, by=request.user, context=request.context
    )
    name = f"{facility.code}-{day}-{made.number}"
    return pdf.shown(papers.pdf(paper, made), name)
