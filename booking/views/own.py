"""A family's bookings: list, one booking, cancelling."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking import cancelling, family, rules
from booking.actions import bookings
from booking.enums import BookingState
from booking.models import Booking
from records.refusals import Refused
from records.views.family import FamilyRequest


@require_safe
def index(request: FamilyRequest) -> HttpResponse:
    lists = family.bookings_of(request.user, request.context.at)
    tickets = family.tickets_of(request.user, request.context.at)
    return render(request, "booking/booking_list.html", {"lists": lists, "tickets": tickets})


@require_safe
def detail(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    booking = _own(request, booking_id)
    if booking.state == BookingState.OFFERED:
        return redirect(booking.request.waiting)
    if booking.state in family.UNBOOKED and booking.held_until:
        # Only held, or held in vain: its request says so.
        return redirect(booking.request)
    return render(request, "booking/booking_detail.html", _values(request, booking))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    """What is lost and whether it costs; a POST cancels."""
    booking = _own(request, booking_id)
    values = _values(request, booking)
    if request.method == "POST":
        try:
            bookings.cancel(booking=booking, by=request.user, at=request.context.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("予約をキャンセルしました。確認のメールを送ります。"))
        return redirect(booking)
    if not values["can_cancel"]:
        return redirect(booking)
    return render(request, "booking/booking_cancel.html", values)


def _own(request: FamilyRequest, booking_id: uuid.UUID) -> Booking:
    booking = family.booking_of(request.user, booking_id)
    if booking is None:
        raise Http404
    return booking


def _values(request: FamilyRequest, booking: Booking) -> dict[str, object]:
    at = request.context.at
    rule = booking.use_rule
    can_cancel = rules.can_be_cancelled(booking, at)
    stage = bookings.stage_of(booking, at) if can_cancel else None
    undo_until = bookings.undo_until(booking) if can_cancel else at
    return {
        "booking": booking,
        "fee": booking.fee,
        "is_amount_shown": rules.is_amount_shown(booking.fee, booking.state),
        "can_cancel": can_cancel,
        "free_until": cancelling.free_until(rule, booking.day),
        "stage": stage,
        "can_change": can_cancel and stage is None,
        "undo_until": undo_until if at < undo_until else None,
    }
