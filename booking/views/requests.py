"""Booking in two steps: fill in, confirm. Only the last one changes anything."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from booking import cancelling, family, queries
from booking.actions import bookings, fees, requests
from booking.actions.bookings import Terms, Wish
from booking.alternatives import Alternative, alternatives, is_curable
from booking.forms import BookingForm
from booking.refusals import KeyReused
from booking.views.family import LAST_CHILD
from history import clock
from records import dates
from records.models import Facility, Household
from records.refusals import Refused
from records.views.family import FamilyRequest, with_household

# How long a stay the form suggests.
USUAL_STAY = dt.timedelta(hours=3)


@with_household
@require_safe
def new(request: FamilyRequest, household: Household, code: str) -> HttpResponse:
    """The form, filled in from the cell of the table that was chosen."""
    facility = _facility(code)
    form = _form(request, household, facility, asked=request.GET)
    return _show_form(request, facility, form)


@with_household
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: FamilyRequest, household: Household, code: str) -> HttpResponse:
    """Everything once more in words; a POST books it.

    The choice stands in the address, so back, reload and a log-in in between lose nothing.
    """
    facility = _facility(code)
    form = _form(request, household, facility, data=request.GET or request.POST)
    if not form.is_valid():
        return _show_form(request, facility, form)
    wish = Wish(form.cleaned_data["child"], facility, form.starts_at, form.ends_at)
    at = request.context.at
    key = form.cleaned_data["key"]
    try:
        known = requests.answered(wishes=[wish], by=request.user, key=key)
        if known is not None:
            return redirect(known.bookings[0])
        if request.method == "POST":
            booking = requests.book(
                child=wish.child,
                facility=facility,
                starts_at=wish.starts_at,
                ends_at=wish.ends_at,
                by=request.user,
                at=at,
                key=key,
            )
            messages.success(request, _("予約が確定しました。確認のメールを送ります。"))
            return redirect(booking)
        terms = bookings.check(wish, at=at)
    except Refused as refusal:
        others = alternatives(wish, at=at) if is_curable(refusal) else []
        return _show_form(request, facility, form, refusal, others)
    return render(
        request, "booking/booking_confirm.html", _confirm_values(wish, terms) | {"form": form}
    )


def _facility(code: str) -> Facility:
    facility = queries.bookable_facility(code)
    if facility is None:
        raise Http404
    return facility


def _form(
    request: FamilyRequest,
    household: Household,
    facility: Facility,
    *,
    data: Mapping[str, Any] | None = None,
    asked: Mapping[str, Any] | None = None,
) -> BookingForm:
    """Bound to `data`, or unbound and begun from what was `asked` for in the address."""
    at = request.context.at
    today = clock.local(at).date()
    days = family.days_to_book(facility, at)
    asked_day = dates.parse_day_of_address((data or asked or {}).get("day", ""))
    day = asked_day or (days[0] if days else today)
    hours = family.half_hours(facility, day)
    if not hours and days:
        # The day is closed: the hours of another say what the form is about.
        hours = family.half_hours(facility, days[0])
    candidates = family.candidates(household, day, today, facility)
    form = BookingForm(
        data, candidates=candidates, days=_choices(days, day), hours=hours, initial={}
    )
    if asked is not None:
        free = [str(each.child.pk) for each in candidates if not each.refusal]
        last = request.session.get(LAST_CHILD)
        form.initial = {
            "child": last if last in free else free[0] if len(free) == 1 else None,
            "day": day.isoformat(),
            "key": uuid.uuid4(),
            **_times(asked.get("start", ""), hours),
        }
    return form


def _show_form(
    request: FamilyRequest,
    facility: Facility,
    form: BookingForm,
    refusal: Refused | None = None,
    others: Sequence[Alternative] = (),
) -> HttpResponse:
    if isinstance(refusal, KeyReused):
        # What is changed now is another booking, so it gets another key.
        form.data = {**form.data.dict(), "key": str(uuid.uuid4())}  # type: ignore[attr-defined]
    can_book = any(not each.refusal for each in form.candidates.values())
    return render(
        request,
        "booking/booking_form.html",
        {
            "facility": facility,
            "form": form,
            "refusal": refusal,
            "others": others,
            "can_book": can_book,
        },
    )


def _confirm_values(wish: Wish, terms: Terms) -> dict[str, Any]:
    use = dataclasses.replace(wish.use, minutes_beyond=terms.minutes_beyond)
    (quote,) = fees.quote([(use, terms.tariff)], wish.child.household_id)
    minutes = int((wish.ends_at - wish.starts_at).total_seconds() // 60)
    return {
        "wish": wish,
        "facility": wish.facility,
        "hours": minutes // 60,
        "rest": minutes % 60,
        "quote": None if terms.tariff.is_provisional else quote,
        "rule": terms.rule,
        "free_until": cancelling.free_until(terms.rule, wish.day),
    }


def _choices(days: list[dt.date], asked: dt.date) -> list[tuple[str, str]]:
    """The days to choose from; the one asked for is among them, to be refused in words."""
    return [
        (day.isoformat(), date_format(day, pgettext("date format", "n月j日（D）")))
        for day in sorted({*days, asked})
    ]


def _times(start: str, hours: list[tuple[dt.time, dt.time]]) -> dict[str, str]:
    """The start asked for, if the facility is open then, and an end some hours later."""
    starts = [f"{first:%H:%M}" for first, _last in hours]
    if start not in starts:
        return {}
    slots = int(USUAL_STAY / dt.timedelta(minutes=30))
    _first, end = hours[min(starts.index(start) + slots, len(hours)) - 1]
    return {"start": start, "end": f"{end:%H:%M}"}
