"""What a caller has booked: changed or cancelled on the telephone, wherever it is."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import callers, cancelling, phone
from booking import rules as booking_rules
from booking.actions import bookings, cancellations, regular_uses, requests
from booking.actions.bookings import Wish
from booking.admin.views.caller import address_of_places, channel_of, context_of, with_caller
from booking.alternatives import Alternative, alternatives, is_curable
from booking.callers import Caller
from booking.enums import Channel
from booking.forms import TimeForm
from booking.forms_conduct import CancelForm
from booking.models import Booking
from booking.refusals import KeyReused
from booking.views import times
from history import clock
from records import dates, rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
@with_caller("admin:phone")
def booking(request: StaffRequest, caller: Caller, booking_id: uuid.UUID) -> HttpResponse:
    """Another time for a booking, or none: two forms, each for itself."""
    found = callers.booking_of(caller, booking_id)
    if found is None:
        raise Http404
    at, posted = request.context.at, request.POST.get("form")
    if not booking_rules.can_be_cancelled(found, at):
        return redirect(address_of_places(request, caller))
    change = _change_form(request, found, is_posted=posted == "change")
    cancel = CancelForm(
        request.POST if posted == "cancel" else None,
        costs=_costs(found, at),
        shows=not found.fee.tariff.is_provisional,
        prefix="cancel",
    )
    refused: Refused | None = None
    try:
        if posted == "change" and change.is_valid():
            return _change(request, caller, found, change)
        if posted == "cancel" and cancel.is_valid():
            return _cancel(request, caller, found, cancel)
    except Refused as refusal:
        refused = refusal
        if isinstance(refusal, KeyReused):
            change.renew_key()
    context = context_of(
        request,
        caller,
        booking=found,
        refused=refused,
        others=[]
        if channel_of(request) == Channel.PAPER
        else _others(caller, found, change, refused, at),
        change=change,
        cancel=cancel,
        may_change=bookings.may_be_changed(found, at),
        later=cancellations.later_days(found),
        rest=callers.rest_of(found),
        back=address_of_places(request, caller),
    )
    return render(request, "booking/staff/phone_booking.html", context)


def _others(
    caller: Caller, found: Booking, form: TimeForm, refused: Refused | None, at: dt.datetime
) -> list[Alternative]:
    """What the caller may book instead, where another time was asked for and can't be had."""
    if refused is None or not is_curable(refused) or not form.is_valid():
        return []
    times_asked = form.period_on(form.cleaned_data["day"])
    wish = Wish(caller.child, found.facility, *times_asked, caller=caller)
    return alternatives(wish, at=at, by_staff=True, may_wait=False)


def _change_form(request: StaffRequest, found: Booking, *, is_posted: bool) -> TimeForm:
    """Bound to what was sent, or begun with the booking as it is."""
    at = request.context.at
    asked = dates.parse_day_of_address(request.POST.get("day", "")) if is_posted else None
    day = asked or found.day
    start, end = (clock.local(moment) for moment in (found.starts_at, found.ends_at))
    days, hours = times.choices(phone.days(at), day), phone.hours(day)
    initial = {
        "day": day.isoformat(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}",
        "key": uuid.uuid4(),
    }  # fmt: skip
    return TimeForm(
        request.POST if is_posted else None,
        days=lambda: days,
        hours=lambda: hours,
        initial=initial,
    )


def _costs(found: Booking, at: dt.datetime) -> list[cancelling.Cost]:
    if at < bookings.undo_until(found):
        return cancelling.free_of_charge()
    care = found.fee.care_amount - found.fee.relief_amount
    return cancelling.costs(found.use_rule, found.day, at, care)


def _change(request: StaffRequest, caller: Caller, found: Booking, form: TimeForm) -> HttpResponse:
    starts_at, ends_at = form.period_on(form.cleaned_data["day"])
    changed = requests.change(
        booking=found,
        starts_at=starts_at,
        ends_at=ends_at,
        by=request.user,
        at=request.context.at,
        key=form.cleaned_data["key"],
        channel=channel_of(request),
        caller=caller,
    )
    return redirect("admin:phone_done", caller.look_up, changed.request_id)


def _cancel(
    request: StaffRequest, caller: Caller, found: Booking, form: CancelForm
) -> HttpResponse:
    asked = {
        "booking": found,
        "by": request.user,
        "at": request.context.at,
        "cause": form.cleaned_data["cause"],
        "channel": channel_of(request),
    }
    if "rest" in request.POST:
        ended = regular_uses.end(**asked)
        text = _("%(count)d件の予約をキャンセルしました。ご家庭へ知らせます。")
        messages.success(request, text % {"count": len(ended)})
    else:
        cancellations.cancel(**asked)
        messages.success(request, _("予約をキャンセルしました。ご家庭へ知らせます。"))
    return redirect(address_of_places(request, caller))
