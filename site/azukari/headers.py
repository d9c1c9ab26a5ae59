"""What every answer carries, errors of the outermost kind included, and what is refused at once."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

# The methods that some view answers. TRACE would echo what a browser keeps from scripts.
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# Where a form may be sent from: a page of the same entry, or the person's own hand.
OWN_SITES = ("same-origin", "none")

# What no page of ours uses. Passkeys are asked for by the public entry's own pages alone.
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera",
    "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid",
    "idle-detection", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PASSKEYS = ("publickey-credentials-get", "publickey-credentials-create")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in UNUSED), *(f"{n}=(self)" for n in PASSKEYS)])

# For an answer that left before the content policy of the entry was reached.
NOTHING = (
    "default-src 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
KEPT_BY_NOBODY = "no-store, private"


class HeadersMiddleware:
    """Stands first, so that nothing leaves without passing here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._refusal(request) or self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html").encode()
        headers = response.headers
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Content-Security-Policy", NOTHING)
        headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        if request.scheme == "https" and settings.SECURE_HSTS_SECONDS:
            headers.setdefault("Strict-Transport-Security", _transport())
        if response.cookies or response.status_code >= HTTPStatus.BAD_REQUEST:
            # What is one person's, or of the moment, must not come out of a cache for another.
            headers["Cache-Control"] = KEPT_BY_NOBODY
            patch_vary_headers(response, ["Cookie"])
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        site = request.headers.get("Sec-Fetch-Site", "none")
        if request.method not in SAFE_METHODS and site not in OWN_SITES:
            # Beside the token of the form: the browser itself says that another site sends it.
            return HttpResponse(
                render_to_string("from_elsewhere.html"), status=HTTPStatus.FORBIDDEN
            )
        return None


def _transport() -> str:
    parts = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
    if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        parts.append("includeSubDomains")
    if settings.SECURE_HSTS_PRELOAD:
        parts.append("preload")
    return "; ".join(parts)
