"""Addresses that PostgreSQL can't even store: not the refusal either, which is recorded by them."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class NullByteMiddleware:
    """Refuses an address with a null byte before anybody reads it. Forms refuse theirs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("a null byte in the address")
        return self.get_response(request)
