"""Pages that belong to no app: refusals of the framework, said in people's words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or comes from elsewhere; going back keeps what was typed."""
    return render(request, "form_expired.html", status=403)


def locked_out(
    request: HttpRequest, credentials: dict[str, str], *args: object, **kwargs: object
) -> HttpResponse:
    """Too many wrong passwords for one staff ID."""
    return render(request, "locked_out.html", status=429)
