"""What the taps on a row of the day's list share."""

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.models import Booking
from records.admin.views.gate import StaffRequest
from records.refusals import Refused


def booking_of(request: StaffRequest, number: uuid.UUID) -> Booking:
    """Not found where the booking is not the facility's."""
    return get_object_or_404(Booking.objects.visible_to(request.user), pk=number)


def tap(
    request: StaffRequest, booking: Booking, act: Callable[[], object], message: str
) -> HttpResponse:
    """Do it, and back to the row; `message` names the child as %(child)s."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        # Whoever stands at the counter reads no name.
        name = _("お子さん") if "reception" in request.GET else booking.child_name
        messages.success(request, message % {"child": name})
    return back_to_row(request, booking)


def mistyped(request: StaffRequest, booking: Booking, form: Form) -> HttpResponse:
    """Back to the row with what was wrong."""
    texts = [str(text) for errors in form.errors.values() for text in errors]
    messages.error(request, " ".join(texts))
    return back_to_row(request, booking)


def back_to_row(request: StaffRequest, booking: Booking, *, shown: bool = False) -> HttpResponse:
    """The list of the booking's day, at its row; at the reception with its name, if `shown`."""
    query: dict[str, object] = {"day": booking.day.isoformat(), "facility": booking.facility_id}
    if "reception" in request.GET:
        query["reception"] = 1
        query |= {"booking": booking.pk} if shown else {}
    return redirect(f"{reverse('admin:today')}?{urlencode(query)}#booking-{booking.pk}")
