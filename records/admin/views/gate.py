"""Who may open the staff tool's own pages about children."""

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from history.context import WalledRequest
from records.actions.terminals import Caller
from records.models import SignIn, Terminal, User

View = Callable[..., HttpResponse]


class NewcomerRequest(WalledRequest):
    """A request at the staff entry of a browser that shows a registration link."""

    caller: Caller
    terminal: Terminal | None


class TerminalRequest(NewcomerRequest):
    """A request of a registered terminal."""

    terminal: Terminal  # type: ignore[assignment]
    # Behind an open screen; None while nobody is at it.
    sign_in: SignIn | None
    # Whether somebody was at it and has been idle for too long.
    is_locked: bool = False


class StaffRequest(TerminalRequest):
    """A request as it reaches these pages, of somebody who is logged in."""

    user: User  # type: ignore[assignment]
    sign_in: SignIn  # type: ignore[assignment]


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
