"""What was typed while a log-in ran out, kept until the form is shown again.

An expired log-in turns a posted form into a redirect to the log-in page. The fields wait in the
session that begins there (encrypted, as all sessions are) for the one address they were posted to
and for the one person whose log-in ran out: anybody else who logs in next makes them vanish. Who
that was is read from the expired session, which the browser still names.

Where it can't be read, a parent's phone is trusted for half an hour. At the staff entry terminals
are shared, so nothing is kept there of somebody unknown: typed once more is better than read by
another.

A view says that it shows a draft again with `shows_draft`; for others nothing is kept.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from history import clock

KEY = "draft"
KEPT_FOR = dt.timedelta(minutes=30)
LONGEST = 20_000
NEVER_KEPT = ("csrfmiddlewaretoken", "idle")

View = TypeVar("View", bound=Callable[..., Any])


def shows_draft(view: View) -> View:
    """Mark a view that fills its form from `posted`. Wrappers carry the mark on."""
    view.shows_draft = True  # type: ignore[attr-defined]
    return view


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
        if not is_lost or not getattr(view, "login_required", True):
            return
        is_locked = getattr(request, "is_locked", False)
        if getattr(view, "shows_draft", False) and keep(request):
            messages.info(
                request,
                _("画面がロックされました。入力した内容は、再開したあとに表示します。")
                if is_locked
                else _("ログインの期限が切れました。入力した内容は、ログインのあとに表示します。"),
                extra_tags="door",
            )
        elif request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":
            # Not what a script sends by itself, such as the page editor every few seconds.
            messages.info(
                request,
                _("画面がロックされました。再開して、もう一度操作してください。")
                if is_locked
                else _("ログインの期限が切れました。ログインして、もう一度操作してください。"),
                extra_tags="door",
            )


def keep(request: HttpRequest, *, path: str = "") -> bool:
    """Keep the posted fields for address and person; whether there was something to keep.

    Passwords and what is too long are not kept. `path` is the form's address when the page gave
    way by itself and sent its fields elsewhere.
    """
    person = _last_person(request)
    if person is None and settings.ENTRY == "staff":
        return False
    fields = request.POST.copy()
    for name in list(fields):
        if name in NEVER_KEPT or "password" in name:
            del fields[name]
    written = fields.urlencode()
    if not written or len(written) > LONGEST:
        return False
    request.session[KEY] = {
        "path": path or request.path,
        "person": person,
        "fields": written,
        "until": (clock.now() + KEPT_FOR).isoformat(),
    }
    request.session.set_expiry(int(KEPT_FOR.total_seconds()))
    return True


def claim(request: HttpRequest, user: Any, **_signal: object) -> None:
    """At a log-in: what somebody else typed goes at once, and the session lasts as long as any."""
    draft = request.session.get(KEY)
    if draft is None:
        return
    request.session.set_expiry(None)
    if draft["person"] not in (None, str(user.pk)):
        del request.session[KEY]


def posted(request: HttpRequest) -> QueryDict | None:
    """The fields to fill a form with: those just posted, those kept for this address, or None.

    Kept fields go when the form is sent, or half an hour later: a reload still shows them.
    """
    if request.method == "POST":
        request.session.pop(KEY, None)
        return request.POST
    draft = request.session.get(KEY)
    if draft is None:
        return None
    if dt.datetime.fromisoformat(draft["until"]) < clock.now():
        del request.session[KEY]
        return None
    if draft["path"] != request.path:
        return None
    messages.info(request, _("ログインの前に入力した内容です。まだ保存していません。"))
    return QueryDict(draft["fields"])


def _last_person(request: HttpRequest) -> str | None:
    """Whose log-in the browser's cookie names, if that session is still there."""
    expired: Any = type(request.session)(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    held = expired.left_behind()
    # Sent a second time without a log-in: whose it was the first time.
    return held.get(SESSION_KEY) or held.get(KEY, {}).get("person")
