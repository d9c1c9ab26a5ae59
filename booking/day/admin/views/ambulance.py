"""救急カード, from the card of a booking or of an emergency opening."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from booking.admin.views import pdf
from booking.day import ambulance, day_sheet
from booking.day.admin.views.care_card import FIELDS, PURPOSE
from booking.day.models import ArrivalCheck
from booking.models import Booking
from history import actions as history
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.models import Child, EmergencyOpening, Facility


@require_safe
@only(rules.works_with_children)
def of_booking(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Not found wherever the care card is not."""
    booking = get_object_or_404(
        Booking.objects.visible_to(request.user).select_related("facility", "arrival_check"),
        pk=number,
    )
    row = day_sheet.row_of(user=request.user, booking=booking, at=request.context.at)
    if row.child is None:
        raise Http404
    return _sheet(request, row.child, booking.facility, row.check)


@require_safe
@only(rules.gives_care_on_site)
def of_opening(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """For as long as the opening of the own facility lasts."""
    at = request.context.at
    own = rules.required_duty(request.user).facilities
    openings = EmergencyOpening.objects.visible_to(request.user).by_facilities(own).open_at(at)
    opening = get_object_or_404(openings.select_related("facility"), pk=number)
    child = day_sheet.child_on_lease(opening.child_id, facility_id=opening.facility_id, at=at)
    if child is None:
        raise Http404
    return _sheet(request, child, opening.facility)


def _sheet(
    request: StaffRequest, child: Child, facility: Facility, check: ArrivalCheck | None = None
) -> HttpResponse:
    history.record(
        Act.PRINT,
        context=request.context,
        purpose=PURPOSE,
        model="records.child",
        object_ids=[child.pk],
        child_ids=[child.pk],
        fields=FIELDS,
        path=request.path,
    )
    words = ambulance.pdf(
        child=child, facility=facility, by=request.user.name, at=request.context.at, check=check
    )
    return pdf.shown(words, child.code)
