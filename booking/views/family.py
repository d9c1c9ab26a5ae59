"""Free places for one's own child, at every facility."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from booking import family, queries
from booking.actions.bookings import weight_of
from history import clock
from records import dates
from records.models import Household
from records.views.family import FamilyRequest, with_household

# The child looked at last, so that the booking form begins with it.
LAST_CHILD = "child"


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The lasting address of booking: families go on to their own view, others to the page."""
    if request.user.is_authenticated:
        return redirect("booking:availability")
    return render(request, "booking/start.html")


@with_household
@require_safe
def availability(request: FamilyRequest, household: Household) -> HttpResponse:
    at = request.context.at
    today = clock.local(at).date()
    first_day, earlier, later = _week(request.GET.get("week", ""), at)
    candidates = family.candidates(household, max(first_day, today), today)
    asked = request.GET.get("child") or request.session.get(LAST_CHILD)
    chosen = next((each for each in candidates if str(each.child.pk) == asked), None)
    chosen = chosen or next((each for each in candidates if not each.refusal), None)
    if chosen is None:
        return render(request, "booking/availability_none.html", {"candidates": candidates})
    request.session[LAST_CHILD] = str(chosen.child.pk)
    group = weight_of(chosen.child, max(first_day, today)).group
    facilities = family.facilities()
    weeks = queries.weeks_of(facilities, first_day, group, at)
    return render(
        request,
        "booking/availability.html",
        {
            "candidates": candidates,
            "chosen": chosen,
            "notices": family.notices(household, at),
            "group": group,
            "weeks": [(facility, weeks[facility.pk]) for facility in facilities],
            "first_day": first_day,
            "previous_week": earlier,
            "next_week": later,
        },
    )


def _week(text: str, at: dt.datetime) -> tuple[dt.date, dt.date | None, dt.date | None]:
    """The Monday asked for, within what can be booked, with the ones before and after it."""
    this_week, last_week = queries.monday_of(clock.local(at).date()), queries.last_week(at)
    day = dates.parse_day_of_address(text)
    asked = queries.monday_of(day) if day else this_week
    monday = min(max(asked, this_week), last_week)
    step = dt.timedelta(days=queries.DAYS)
    return (
        monday,
        monday - step if monday > this_week else None,
        monday + step if monday < last_week else None,
    )
