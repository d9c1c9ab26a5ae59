"""The live table of free places: one fragment per facility, week and age group."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from booking import availability, queries, tables
from history import clock
from records import dates

# A proxy may answer for this long; a page is never staler.
MAX_AGE = 1


@login_not_required
@require_safe
def week(request: HttpRequest, code: str, monday: str) -> HttpResponse:
    """The table alone, the same for everybody: no cookie, no token, 304 while nothing changed."""
    facility = queries.bookable_facility(code)
    first_day = dates.parse_day_of_address(monday)
    if facility is None or first_day is None:
        raise Http404
    group = availability.chosen_group(request.GET.get("group", ""))
    found = queries.week_of(
        facility, queries.monday_of(first_day), group, clock.now(), queries.use_rules()
    )
    etag = f'"{tables.availability_tag(facility, found)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(tables.availability(facility, found))
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"max-age={MAX_AGE}"
    return response
