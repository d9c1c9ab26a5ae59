"""緊急閲覧: a typed reason opens the care card of a child that is not booked here."""

import uuid

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.day import day_sheet
from history import actions as history
from history import clock
from history.enums import Act, Purpose
from records import care_marks, contacts, rules
from records.actions import emergencies
from records.admin.views.gate import StaffRequest, only
from records.forms.finding import EmergencyForm
from records.models import EmergencyOpening
from records.models.emergency import EmergencyOpeningQuerySet
from records.refusals import Refused

PURPOSE = Purpose.EMERGENCY
FIELDS = ("name", "sex", "date_of_birth", "care_needs", "phone", "pick_up_people", "handover_notes")


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
def emergency(request: StaffRequest) -> HttpResponse:
    """The form, with the openings of this facility that are still open."""
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            opening = emergencies.open_record(
                sought=form.sought, reason=form.cleaned_data["reason"], at=request.context.at
            )
            # The lease opens nothing before it is committed: the card is the next request.
            return redirect("admin:emergency_card", opening)
        except Refused as refusal:
            refused = refusal
    context = {
        **admin.site.each_context(request),
        "title": _("緊急閲覧"),
        "form": form,
        "refused": refused,
        "openings": _openings(request),
    }
    return render(request, "day/staff/emergency.html", context)


@require_safe
@only(rules.gives_care_on_site)
def emergency_card(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The care card for as long as the opening lasts; afterwards it is not found."""
    opening = get_object_or_404(_openings(request), pk=number)
    today = clock.local(request.context.at).date()
    child = day_sheet.child_on_lease(
        opening.child_id, facility_id=opening.facility_id, at=request.context.at
    )
    if child is None:
        raise Http404
    history.record(
        Act.VIEW,
        context=request.context,
        purpose=PURPOSE,
        model="records.child",
        object_ids=[child.pk],
        child_ids=[child.pk],
        fields=FIELDS,
        path=request.path,
    )
    marks = care_marks.marks_of(child, on=today)
    context = {
        **admin.site.each_context(request),
        "title": _("緊急・配慮カード"),
        "opening": opening,
        "child": child,
        "age": child.age_on(today),
        "marks": marks,
        "is_severe": any(mark.is_severe for mark in marks),
        "needs": care_marks.needs_on(child, today),
        "parents": contacts.of_child(child),
        "notes": day_sheet.notes_for(child, today),
    }
    return render(request, "day/staff/emergency_card.html", context)


def _openings(request: StaffRequest) -> EmergencyOpeningQuerySet:
    """Those that the facility worked for opened, as long as they last."""
    own = rules.required_duty(request.user).facilities
    openings = EmergencyOpening.objects.visible_to(request.user)
    return openings.by_facilities(own).open_at(request.context.at)
