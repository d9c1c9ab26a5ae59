"""The page for what came too often: that it did, when it goes on, and what else one may do."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

HOUR = 3600


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Status 429. With 0 seconds waiting alone does not help: a new password does."""
    response = render(
        request,
        "429.html",
        {"minutes": -(-seconds // 60), "needs_new_password": seconds == 0},
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    response.headers["Retry-After"] = str(seconds or HOUR)
    return response
