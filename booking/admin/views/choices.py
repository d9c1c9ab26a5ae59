"""The day and the facility that a page of the staff's day was asked for."""

import datetime as dt
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from booking.models import Booking
from history import clock
from records import dates
from records.admin.views.gate import StaffRequest


def chosen_day(request: StaffRequest) -> dt.date:
    text = request.GET.get("day", "")
    if not text:
        return clock.local(request.context.at).date()
    day = dates.parse_day_of_address(text)
    if day is None:
        raise Http404
    return day


def chosen_facility(request: StaffRequest, choices: tuple[tuple[int, str], ...]) -> int:
    """The one asked for among those worked for; another facility's list is not found."""
    chosen = request.GET.get("facility", "")
    if not chosen:
        return choices[0][0]
    if chosen not in {str(number) for number, _name in choices}:
        raise Http404
    return int(chosen)


def back_to_day(booking: Booking) -> HttpResponse:
    """To the booking's row on the list of its day."""
    query = {"day": booking.day.isoformat(), "facility": booking.facility_id}
    return redirect(f"{reverse('admin:today')}?{urlencode(query)}#booking-{booking.pk}")
