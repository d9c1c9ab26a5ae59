"""来所前チェック: child by child, or for all of the day in one tap."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.day import family_day, family_rules
from booking.day.actions import arrival_checks
from booking.day.forms_family import CheckForm
from booking.day.refusals import TooLateToSay
from booking.day.views.messages import own
from records import drafts
from records.refusals import Refused
from records.views.family import FamilyRequest


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    booking, at = own(request, booking_id), request.context.at
    if not family_rules.may_check(booking, at):
        messages.error(request, str(TooLateToSay()))
        return redirect(booking)
    form = CheckForm(drafts.posted(request), initial=family_day.checked(booking))
    if request.method == "POST" and form.is_valid():
        try:
            arrival_checks.check(booking=booking, said=form.cleaned_data, by=request.user, at=at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("来所前チェックを施設に送りました。"))
        return redirect(booking)
    return render(request, "day/check.html", {"booking": booking, "form": form})


@require_POST
def all_well(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    """変わりありません, for all children of the family who come that day."""
    booking, at = own(request, booking_id), request.context.at
    bookings = family_day.bookings_to_check(booking, at) or [booking]
    try:
        arrival_checks.all_well(bookings=bookings, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("「変わりありません」を施設に送りました。"))
    return redirect(booking)
