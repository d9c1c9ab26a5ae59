"""A family's bookings: list, one booking, cancelling."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import cancelling, family, own_sections, rules
from booking.actions import approvals, bookings, cancellations
from booking.enums import BookingState
from booking.forms_conduct import CancelForm
from booking.models import Booking
from booking.refusals import BookingRefused, Reason
from history import clock
from records import drafts
from records.refusals import Refused
from records.views.family import FamilyRequest


@require_safe
def index(request: FamilyRequest) -> HttpResponse:
    lists = family.bookings_of(request.user, request.context.at)
    at = request.context.at
    values = {
        "lists": lists,
        "tickets": family.tickets_of(request.user, at),
        "use_holds": family.use_holds(request.user, clock.local(at).date()),
    }
    return render(request, "booking/booking_list.html", values)


@require_safe
def detail(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    booking = _own(request, booking_id)
    if booking.state == BookingState.OFFERED:
        return redirect(booking.request.waiting)
    if booking.is_only_held:
        # Its request says so.
        return redirect(booking.request)
    values = _values(request, booking)
    values["sections"] = own_sections.parts(booking, request.context.at)
    return render(request, "booking/booking_detail.html", values)


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    """What is lost, why, and what each reason costs; a POST cancels at the cost that was read."""
    booking = _own(request, booking_id)
    values = _values(request, booking)
    if not values["can_cancel"]:
        if request.method == "POST" and booking.state == BookingState.CONFIRMED:
            # It has begun while the page was read.
            messages.error(request, str(BookingRefused(Reason.TOO_LATE_TO_CANCEL)))
        return redirect(booking)
    form = CancelForm(drafts.posted(request), costs=_costs(request, booking), shows=_shows(booking))
    if request.method == "POST" and form.is_valid():
        try:
            cancellations.cancel(
                booking=booking,
                by=request.user,
                at=request.context.at,
                cause=form.cleaned_data["cause"],
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("予約をキャンセルしました。確認のメールを送ります。"))
        return redirect(booking)
    values |= {"form": form, "later": cancellations.later_days(booking)}
    return render(request, "booking/booking_cancel.html", values)


@require_POST
def undo(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    """A booking just made by mistake, taken back; when it is too late, what cancelling costs."""
    booking = _own(request, booking_id)
    try:
        cancellations.undo(booking=booking, by=request.user, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("booking:cancel", booking.pk)
    messages.success(request, _("予約を取り消しました。料金はかかりません。"))
    return redirect(booking)


@require_POST
def withdraw(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    """What still awaits its facility, taken back."""
    booking = _own(request, booking_id)
    try:
        approvals.withdraw(booking=booking, by=request.user, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("お申し込みを取り下げました。料金はかかりません。"))
    return redirect(booking)


def _own(request: FamilyRequest, booking_id: uuid.UUID) -> Booking:
    booking = family.booking_of(request.user, booking_id)
    if booking is None:
        raise Http404
    return booking


def _costs(request: FamilyRequest, booking: Booking) -> list[cancelling.Cost]:
    at, fee = request.context.at, booking.fee
    if at < bookings.undo_until(booking):
        return cancelling.free_of_charge()
    care = fee.care_amount - fee.relief_amount
    return cancelling.costs(booking.use_rule, booking.day, at, care)


def _shows(booking: Booking) -> bool:
    """Whether yen may be read: not of a tariff that the ward has not confirmed."""
    return not booking.fee.tariff.is_provisional


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
