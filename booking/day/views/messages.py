"""「遅れます」 and 「お迎えの人・時間が変わります」, from a family's booking page."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.day import family_day, family_rules
from booking.day.actions import messages as day_messages
from booking.day.forms_family import LateForm, PickUpForm
from booking.day.refusals import TooLateToSay
from booking.models import Booking
from records import drafts
from records.refusals import Refused
from records.views.family import FamilyRequest


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
def late(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    booking, at = own(request, booking_id), request.context.at
    if not family_rules.may_say_late(booking, at):
        return _too_late(request, booking)
    form = LateForm(drafts.posted(request), booking=booking, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            day_messages.say_late(
                booking=booking, arrives_at=form.arrives_at, words=form.cleaned_data["words"],
                by=request.user, at=at,
            )  # fmt: skip
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("施設に知らせました。お返事は、この画面に出ます。"))
        return redirect(booking)
    return render(request, "day/late.html", {"booking": booking, "form": form})


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
def pick_up(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    booking, at = own(request, booking_id), request.context.at
    if not family_rules.may_change_pick_up(booking, at):
        return _too_late(request, booking)
    people = family_day.registered_people(booking)
    form = PickUpForm(drafts.posted(request), booking=booking, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            day_messages.change_pick_up(booking=booking, by=request.user, at=at, **form.said)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("施設に知らせました。お返事は、この画面に出ます。"))
        return redirect(booking)
    return render(request, "day/pick_up.html", {"booking": booking, "form": form})


def own(request: FamilyRequest, booking_id: uuid.UUID) -> Booking:
    booking = family_day.booking_of(request.user, booking_id)
    if booking is None:
        raise Http404
    return booking


def _too_late(request: FamilyRequest, booking: Booking) -> HttpResponse:
    messages.error(request, str(TooLateToSay()))
    return redirect(booking)
