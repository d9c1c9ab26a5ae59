"""募集: how the days of use are given away, and by what rule. For everybody to read."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking import queries, releases


@login_not_required
@require_safe
def detail(request: HttpRequest, number: int) -> HttpResponse:
    release = queries.release(number)
    if release is None:
        raise Http404
    values = {
        "release": release,
        "openings": releases.openings(release),
        "last_opening": releases.last_opening(release),
    }
    return render(request, "booking/release.html", values)
