"""当日受付: a child that is there without a booking."""

import datetime as dt
import uuid

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import phone
from booking.actions import look_ups, walk_ins
from booking.actions.bookings import Wish
from booking.admin.views.caller import context_of, with_caller
from booking.alternatives import Alternative, alternatives, is_curable
from booking.callers import Caller
from booking.enums import Channel
from booking.forms_phone import WalkInForm
from booking.refusals import BookingRefused, Reason
from booking.views.times import USUAL_STAY
from history import clock
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.forms.finding import FindChildForm
from records.models import Facility
from records.refusals import Refused
from records.workplaces import workplace


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
def walk_in(request: StaffRequest) -> HttpResponse:
    """Who has come."""
    form = FindChildForm(request.POST if request.method == "POST" else None)
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
            return redirect("admin:walk_in_child", answer.number)
    context = {
        **admin.site.each_context(request),
        "title": _("当日受付"),
        "form": form,
        "refused": refused,
    }
    return render(request, "booking/staff/walk_in.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
@with_caller("admin:walk_in")
def walk_in_child(request: StaffRequest, caller: Caller) -> HttpResponse:
    """Whether there is a place, and until when; a POST books and receives, and shows the card."""
    at = request.context.at
    facility = workplace(rules.required_duty(request.user).facility)
    starts_at, ends = walk_ins.times_left(facility, at)
    form = _form(request, starts_at, ends)
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            booking = walk_ins.receive(
                caller=caller,
                facility=facility,
                ends_at=clock.at(clock.local(at).date(), form.cleaned_data["end"]),
                by=request.user,
                at=at,
                key=form.cleaned_data["key"],
            )
        except Refused as refusal:
            refused = refusal
        else:
            messages.success(
                request,
                _("%(child)s さんを受け入れました。このカードで、配慮することを確かめてください。")
                % {"child": caller.name},
            )
            return redirect("admin:care_card", booking.pk)
    offer = None
    if refused is None:
        offer, refused = _offer(caller, facility, starts_at, form, at)
    others: list[Alternative] = []
    if refused and is_curable(refused) and (wish := _wish(caller, facility, starts_at, form, at)):
        others = alternatives(wish, at=at, by_staff=True, may_wait=False)
    context = context_of(
        request,
        caller,
        title=_("当日受付"),
        channel=Channel.WALK_IN,
        form=form,
        offer=offer,
        refused=refused,
        others=others,
        starts_at=starts_at,
        age=caller.child.age_on(clock.local(at).date()),
        again="admin:walk_in",
    )
    return render(request, "booking/staff/walk_in_child.html", context)


def _form(
    request: StaffRequest, starts_at: dt.datetime | None, ends: list[dt.datetime]
) -> WalkInForm:
    choices = [(f"{end:%H:%M}", f"{end:%-H:%M}") for end in map(clock.local, ends)]
    usual = next((end for end in ends if starts_at and end - starts_at >= USUAL_STAY), None)
    last = usual or (ends[-1] if ends else None)
    initial = {"key": uuid.uuid4(), "end": f"{clock.local(last):%H:%M}" if last else ""}
    return WalkInForm(request.POST or None, ends=choices, initial=initial)


def _offer(
    caller: Caller,
    facility: Facility,
    starts_at: dt.datetime | None,
    form: WalkInForm,
    at: dt.datetime,
) -> tuple[phone.Offer | None, Refused | None]:
    """What the usual stay costs, or why the child can't be received."""
    wish = _wish(caller, facility, starts_at, form, at)
    if wish is None:
        return None, BookingRefused(Reason.CLOSED)
    try:
        return phone.offer(wish, at=at, channel=Channel.WALK_IN, by_center=False), None
    except BookingRefused as refusal:
        return None, refusal


def _wish(
    caller: Caller,
    facility: Facility,
    starts_at: dt.datetime | None,
    form: WalkInForm,
    at: dt.datetime,
) -> Wish | None:
    """The stay that stands in the form; None when the day is over."""
    end = form["end"].value()
    if starts_at is None or not end:
        return None
    ends_at = clock.at(clock.local(at).date(), dt.time.fromisoformat(end))
    return Wish(caller.child, facility, starts_at, ends_at, caller=caller)
