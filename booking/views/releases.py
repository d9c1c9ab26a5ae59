"""募集: how the days of use are given away, and by what rule. For everybody to read."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking import drawing, family, queries, releases


@login_not_required
@require_safe
def detail(request: HttpRequest, number: int) -> HttpResponse:
    release = queries.release(number)
    if release is None:
        raise Http404
    names = {facility.code: facility.name for facility in family.facilities()}
    values = {
        "release": release,
        "openings": releases.openings(release),
        "last_opening": releases.last_opening(release),
        "drawn": drawing.shown(release.list, names) if release.drawn_at else None,
    }
    return render(request, "booking/release.html", values)


@login_not_required
@require_safe
def draw_list(request: HttpRequest, number: int) -> HttpResponse:
    """The published list, byte for byte: its digest is of this text."""
    release = queries.release(number)
    if release is None or release.drawn_at is None:
        raise Http404
    return HttpResponse(release.list.content, content_type="application/json; charset=utf-8")
