"""Who may open the staff tool's own pages about children."""

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from history.context import WalledRequest
from records import rules
from records.models import User
from records.rules import Duty

View = Callable[..., HttpResponse]


class StaffRequest(WalledRequest):
    """A request as it reaches these pages, of somebody who is logged in."""

    user: User  # type: ignore[assignment]


def duty_of(request: StaffRequest) -> Duty:
    """The duty of somebody who may enter. Raises PermissionDenied where there is none."""
    found = rules.duty(request.user)
    if found is None:
        raise PermissionDenied
    return found


def care_staff_only(view: View) -> View:
    """Carers, managers and the center; everybody else is refused, and the refusal recorded."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.works_with_children(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
