"""Who may open the staff tool's own pages about children."""

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from history.context import WalledRequest
from records.models import User

View = Callable[..., HttpResponse]


class StaffRequest(WalledRequest):
    """A request as it reaches these pages, of somebody who is logged in."""

    user: User  # type: ignore[assignment]


def only(allowed: Callable[[object], bool]) -> Callable[[View], View]:
    """Those whom the predicate allows; everybody else is refused, and the refusal recorded."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allowed(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
