"""電話予約: from the look-up to the booking, for a family on the telephone or at the counter."""

import datetime as dt
import uuid
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import callers, phone, queries
from booking import rules as booking_rules
from booking.actions import look_ups, requests, waitings
from booking.actions.bookings import Wish
from booking.admin.views import caller_lines
from booking.admin.views.caller import (
    address_of_places,
    channel_of,
    channels_for,
    context_of,
    heard_by,
    query_of,
    with_caller,
)
from booking.alternatives import alternatives, is_curable
from booking.callers import Caller
from booking.enums import Channel
from booking.forms import TimeForm
from booking.forms_phone import CallForm
from booking.refusals import BookingRefused, KeyReused
from booking.views import times
from history import clock
from records import dates, rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused

# With what the screen begins, where the caller has not said anything yet.
USUAL_START = "09:00"


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
def look_up(request: StaffRequest) -> HttpResponse:
    """Who calls. A name never stands in an address: the number of the look-up does."""
    data = request.POST if request.method == "POST" else None
    form = CallForm(data, channels=channels_for(request))
    refused = None
    if request.method == "POST" and form.is_valid():
        at = request.context.at
        try:
            answer = look_ups.look_up(
                sought=form.sought,
                facility_id=rules.required_duty(request.user).facility,
                day=clock.local(at).date(),
                at=at,
            )
        except Refused as refusal:
            refused = refusal
        else:
            query = urlencode({"channel": form.cleaned_data["channel"]})
            return redirect(f"{reverse('admin:phone_places', args=[answer.number])}?{query}")
    context = {
        **admin.site.each_context(request),
        "title": _("電話予約"),
        "form": form,
        "refused": refused,
    }
    return render(request, "booking/staff/phone.html", context)


@require_safe
@only(rules.works_with_children)
@with_caller("admin:phone")
def places(request: StaffRequest, caller: Caller) -> HttpResponse:
    """Every facility's places for this child at the time asked for, and what is booked already."""
    at = request.context.at
    form, day = _form(request, request.GET)
    found: list[phone.Place] = []
    period = _period(form, day)
    if period:
        found = phone.places(
            caller,
            *period,
            at=at,
            channel=channel_of(request),
            by=request.user,
        )
    context = context_of(
        request,
        caller,
        form=form,
        day=day,
        period=period,
        query=query_of(request, period),
        places=found,
        refused=_refusal_of_child(caller, day, at),
        age=caller.child.age_on(day),
        bookings=callers.bookings_of(caller, at),
        lines=caller_lines.shown(request, caller),
    )
    return render(request, "booking/staff/phone_places.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
@with_caller("admin:phone")
def confirm(request: StaffRequest, caller: Caller, code: str) -> HttpResponse:
    """What is read aloud to the caller; a POST books it."""
    facility = queries.bookable_facility(code)
    channel = channel_of(request)
    if facility is None or facility not in phone.facilities(request.user, channel):
        raise Http404
    data = request.POST or request.GET
    form, day = _form(request, data)
    period = _period(form, day)
    if period is None:
        return redirect(address_of_places(request, caller))
    at = request.context.at
    wish = Wish(caller.child, facility, *period, caller=caller)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            answer = requests.submit(
                wishes=[wish],
                by=request.user,
                at=at,
                key=form.cleaned_data["key"],
                channel=channel,
            )
        except Refused as refusal:
            refused = refusal
        else:
            if answer.request:
                address = reverse("admin:phone_done", args=[caller.look_up, answer.request.pk])
                return redirect(address)
            refused = answer.refusals[0].error
    offer = None
    try:
        by_center = rules.is_center(request.user)
        offer = phone.offer(wish, at=at, channel=channel, by_center=by_center)
    except BookingRefused as refusal:
        refused = refused or refusal
    # Paper says which time was asked for.
    seeks = refused and is_curable(refused) and channel != Channel.PAPER
    others = alternatives(wish, at=at, by_staff=True) if seeks else []
    context = context_of(
        request,
        caller,
        wish=wish,
        offer=None if refused else offer,
        refused=refused,
        others=others,
        key=uuid.uuid4() if isinstance(refused, KeyReused) else data.get("key") or uuid.uuid4(),
        back=address_of_places(request, caller, period),
    )
    return render(request, "booking/staff/phone_confirm.html", context)


@require_POST
@only(rules.works_with_children)
@with_caller("admin:phone")
def join(request: StaffRequest, caller: Caller, code: str) -> HttpResponse:
    """The caller waits for the time that was full; the answer is on the screen of the call."""
    facility = queries.bookable_facility(code)
    if facility is None:
        raise Http404
    form, day = _form(request, request.POST)
    period = _period(form, day)
    if period:
        try:
            waitings.join(
                children=[caller.child],
                facility=facility,
                starts_at=period[0],
                ends_at=period[1],
                by=request.user,
                at=request.context.at,
                channel=heard_by(request),
                callers=[caller],
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("キャンセル待ちを受け付けました。"))
    return redirect(address_of_places(request, caller, period))


@require_safe
@only(rules.works_with_children)
@with_caller("admin:phone")
def done(request: StaffRequest, caller: Caller, request_id: uuid.UUID) -> HttpResponse:
    """The number to read aloud, and once more what was booked."""
    made = callers.request_of(caller, request_id)
    if made is None:
        raise Http404
    context = context_of(request, caller, made=made, back=address_of_places(request, caller))
    return render(request, "booking/staff/phone_done.html", context)


def _form(request: StaffRequest, data: QueryDict) -> tuple[TimeForm, dt.date]:
    """Bound to a time asked for, or begun with a morning of the next day that is open."""
    at = request.context.at
    open_days = phone.days(at)
    today = clock.local(at).date()
    later = [each for each in open_days if each > today] or open_days
    asked = dates.parse_day_of_address(data.get("day", ""))
    day = asked or (later[0] if later else today)
    offered = phone.hours(day) or (phone.hours(open_days[0]) if open_days else [])
    initial = times.initial(day, {"start": USUAL_START} | data.dict(), offered)
    bound = data if "start" in data else initial
    days = times.choices(open_days, day)
    return TimeForm(bound, days=lambda: days, hours=lambda: offered), day


def _period(form: TimeForm, day: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
    return form.period_on(day) if form.is_valid() else None


def _refusal_of_child(caller: Caller, day: dt.date, at: dt.datetime) -> BookingRefused | None:
    """Why the child can't be booked for a day, at whatever facility."""
    today = clock.local(at).date()
    rule = queries.use_rule(day, today)
    refusal = rule and booking_rules.refusal_of_person(caller.applicant, rule, day, today)
    return BookingRefused(*refusal) if refusal else None
