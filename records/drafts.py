"""What was typed while a log-in ran out, kept until the form is shown again.

An expired log-in turns a posted form into a redirect to the log-in page. The fields wait in the
session that begins there, encrypted, for the one address they were posted to.
"""

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from history import clock
from records import keys

KEY = "draft"
PLACE = "records.draft"
KEPT_FOR = dt.timedelta(minutes=30)
LONGEST = 20_000
NEVER_KEPT = ("csrfmiddlewaretoken",)


class DraftMiddleware:
    """Stands before the one that asks for a log-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> None:
        is_lost = request.method == "POST" and not request.user.is_authenticated
        if is_lost and getattr(view, "login_required", True):
            keep(request)


def keep(request: HttpRequest) -> None:
    """Keep the posted fields for the address; passwords and what is too long are not kept."""
    fields = request.POST.copy()
    for name in list(fields):
        if name in NEVER_KEPT or "password" in name:
            del fields[name]
    written = fields.urlencode()
    if not written or len(written) > LONGEST:
        return
    request.session[KEY] = {
        "path": request.path,
        "fields": base64.b64encode(keys.encrypt(written, PLACE)).decode(),
        "until": (clock.now() + KEPT_FOR).isoformat(),
    }
    request.session.set_expiry(int(KEPT_FOR.total_seconds()))
    messages.info(
        request, _("ログインの期限が切れました。入力した内容は、ログインのあとに表示します。")
    )


def posted(request: HttpRequest) -> QueryDict | None:
    """The fields to fill a form with: those just posted, those kept for this address, or None.

    Kept fields go when the form is sent, or half an hour later: a reload still shows them.
    """
    draft = request.session.get(KEY)
    if draft is None:
        return request.POST if request.method == "POST" else None
    if request.method == "POST" or dt.datetime.fromisoformat(draft["until"]) < clock.now():
        del request.session[KEY]
        return request.POST if request.method == "POST" else None
    if draft["path"] != request.path:
        return None
    messages.info(request, _("ログインの前に入力した内容です。まだ保存していません。"))
    return QueryDict(keys.decrypt(base64.b64decode(draft["fields"]), PLACE))
