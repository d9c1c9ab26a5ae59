"""Pages that belong to no app: refusals of the framework, said in people's words."""

import mimetypes
import re
import sys

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

# As the page editor names them; no folder, no null byte, nothing longer than a file system takes.
PICTURE = re.compile(r"[\w-][\w.-]{0,250}", re.ASCII)

# The database is back after a restart within this time.
RESTART_SECONDS = 5


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; where the database could not be asked, one that is over in a moment."""
    is_down = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    # Nobody can say any more who asks.
    content = render_to_string("503.html" if is_down else "500.html")
    response = HttpResponse(content, status=503 if is_down else 500)
    if is_down:
        response.headers["Retry-After"] = str(RESTART_SECONDS)
    return response


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or comes from elsewhere; going back keeps what was typed."""
    return render(request, "form_expired.html", status=403)


def locked_out(
    request: HttpRequest, credentials: dict[str, str], *args: object, **kwargs: object
) -> HttpResponse:
    """Too many wrong passwords for one staff ID."""
    return render(request, "locked_out.html", status=429)


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process serves and reaches its database: the middleware has just asked it."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language. Only this page carries the token, so that all others may be cached."""
    if request.method == "POST":
        return set_language(request)
    asked = request.GET.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return render(request, "language.html", {"next": asked if is_ours else "/"})


@login_not_required
@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """A picture of a page, in a size that a page shows. The editors' originals stay inside."""
    if not PICTURE.fullmatch(name):
        raise Http404
    try:
        with default_storage.open(f"images/{name}") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    kind, _encoding = mimetypes.guess_type(name)
    return HttpResponse(
        content,
        content_type=kind or "application/octet-stream",
        # The name changes with the picture.
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
