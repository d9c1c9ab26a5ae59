"""The door to the page editor (`/cms/`): who may enter it, and under which content policy."""

from collections.abc import Callable

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from records import rules

PREFIX = "/cms/"
# How Django words it, whose own admin answers 404.
NO_NUMBER = "expected a number but got"
CHOOSERS = f"{PREFIX}choose-"
POLICY_HEADER = "Content-Security-Policy"

# Wagtail starts scripts and sets styles inline and previews pages in a frame. It lies behind the
# staff log-in and holds no child's record, so inline is allowed here and nowhere else. Code made
# from text (`unsafe-eval`) and hosts outside stay forbidden.
POLICY = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-src": ["'self'"],
    "frame-ancestors": ["'self'"],
}


class PageEditorMiddleware:
    """Lets only those into the editor whose membership in force edits pages.

    Wagtail itself asks the person's groups, which know no dates.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith(PREFIX):
            response._csp_replace = POLICY  # type: ignore[attr-defined]
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            # A preview was answered by a chain of its own, which let no page frame it.
            response.headers.pop(POLICY_HEADER, None)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """Where Wagtail fails at what no page of it sends, it is the request that is wrong."""
        if request.path.startswith(PREFIX) and NO_NUMBER in str(error):
            raise Http404 from error
        if request.path.startswith(CHOOSERS) and isinstance(error, AttributeError):
            # A link without an address.
            raise BadRequest from error

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        if not request.path.startswith(PREFIX) or not request.user.is_authenticated:
            return
        if not rules.edits_pages(request.user):
            raise PermissionDenied
