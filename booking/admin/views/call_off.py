"""お預かりしないとき: the family cancels, nobody comes, or the child is too ill to stay."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking import cancelling
from booking.actions import absences, bookings, cancellations, fees
from booking.admin.views.choices import back_to_day
from booking.enums import BookingState
from booking.forms_conduct import StaffCancelForm, TurnAwayForm
from booking.models import Booking
from history import actions as history
from history import clock
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused

PURPOSE = "booking"


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
def call_off(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Three ways in which a confirmed booking ends without care, each a form of its own."""
    booking = _booking(request, number)
    if booking.state != BookingState.CONFIRMED:
        return back_to_day(booking)
    posted = request.POST.get("form")
    cancel = StaffCancelForm(
        request.POST if posted == "cancel" else None,
        costs=_costs(request, booking),
        shows=True,
        may_waive=rules.manages(request.user),
        prefix="cancel",
    )
    away = TurnAwayForm(
        request.POST if posted == "away" else None,
        limit=booking.use_rule.fever_limit,
        prefix="away",
    )
    try:
        if posted == "cancel" and cancel.is_valid():
            return _cancel(request, booking, cancel)
        if posted == "away" and away.is_valid():
            return _turn_away(request, booking, away)
        if posted == "absent":
            absences.record(booking=booking, by=request.user, at=request.context.at)
            messages.success(request, _("「連絡なし」と記録しました。ご家庭へ知らせます。"))
            return back_to_day(booking)
    except Refused as refusal:
        messages.error(request, str(refusal))
    _record(request, booking)
    at = request.context.at
    context = {
        **admin.site.each_context(request),
        "title": _("お預かりしないとき"),
        "booking": booking,
        "cancel": cancel,
        "away": away,
        "later": cancellations.later_days(booking),
        "has_begun": at >= booking.starts_at,
        "is_the_day": clock.local(at).date() >= booking.day,
        "absence_costs": cancelling.stage(booking.use_rule, booking.day, booking.starts_at),
    }
    return render(request, "booking/staff/call_off.html", context)


@require_POST
@only(rules.works_with_children)
def take_back(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """連絡なし or お預かり中止 was the wrong row, or the child came after all."""
    booking = _booking(request, number)
    try:
        absences.take_back(booking=booking, by=request.user, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("記録を取り消し、予約を「確定」に戻しました。"))
    return back_to_day(booking)


def _booking(request: StaffRequest, number: uuid.UUID) -> Booking:
    found = Booking.objects.visible_to(request.user).select_related("use_rule", "fee", "facility")
    return get_object_or_404(found, pk=number)


def _costs(request: StaffRequest, booking: Booking) -> list[cancelling.Cost]:
    if request.context.at < bookings.undo_until(booking):
        return cancelling.free_of_charge()
    care = booking.fee.care_amount - booking.fee.relief_amount
    return cancelling.costs(booking.use_rule, booking.day, request.context.at, care)


def _cancel(request: StaffRequest, booking: Booking, form: StaffCancelForm) -> HttpResponse:
    cleaned: dict[str, Any] = form.cleaned_data
    # Both or neither: nobody is charged what was to be waived.
    with transaction.atomic():
        ended = cancellations.cancel(
            booking=booking,
            by=request.user,
            at=request.context.at,
            cause=cleaned["cause"],
            reason=cleaned["words"],
            channel=cleaned["channel"],
        )
        why = cleaned.get("waived_because")
        if why and ended.state == BookingState.CANCELLED_CHARGED:
            fees.waive(fee=ended.fee, by=request.user, at=request.context.at, reason=why)
    messages.success(request, _("予約をキャンセルしました。ご家庭へ知らせます。"))
    return back_to_day(booking)


def _turn_away(request: StaffRequest, booking: Booking, form: TurnAwayForm) -> HttpResponse:
    absences.turn_away(
        booking=booking,
        by=request.user,
        at=request.context.at,
        temperature=form.cleaned_data["temperature"],
        reason=form.cleaned_data["words"],
    )
    messages.success(request, _("お預かりの中止を記録しました。ご家庭へ知らせます。"))
    return back_to_day(booking)


def _record(request: StaffRequest, booking: Booking) -> None:
    history.record(
        Act.VIEW,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        object_ids=[booking.pk],
        child_ids=[booking.child_id],
        fields=["name", "fee"],
        path=request.path,
    )
