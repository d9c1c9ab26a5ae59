"""Addresses that fail in every way, in front of which an entry's real chain is put."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import include, path

handler500 = "azukari.views.server_error"

ERRORS = {400: BadRequest, 403: PermissionDenied, 404: Http404, 500: ValueError,
          503: OperationalError}  # fmt: skip


@login_not_required
def fail(request: HttpRequest, status: int) -> HttpResponse:
    if status == 405:
        return HttpResponseNotAllowed(["POST"])
    if status == 429:
        return render(request, "429.html", status=429)
    raise ERRORS[status]


# The pages of the staff tool name its addresses.
urlpatterns = [path("<int:status>/", fail), path("", include("azukari.urls_staff"))]
