"""The second factor: enrolled and asked for at the day's sign-in, and again before grave acts."""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import logout as close_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from records import one_time_codes
from records.actions import factors
from records.admin.forms_sign_in import FactorForm
from records.admin.views import door
from records.admin.views.gate import StaffRequest, TerminalRequest
from records.refusals import Refused
from records.refusals_sign_in import Locked

# In the session, which lies encrypted: the secret to be enrolled.
SECRET = "secret"  # noqa: S105 - a key of the session

View = Callable[..., HttpResponse]


def fresh(view: View) -> View:
    """Only within 15 minutes of a second factor; otherwise it is asked for, and then leads back."""

    @functools.wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return ask_again(request) or view(request, *args, **kwargs)

    return guarded


def ask_again(request: StaffRequest) -> HttpResponse | None:
    """The way to the second factor; None while it is fresh."""
    if factors.is_fresh(request.sign_in, request.context.at):
        return None
    # What was posted can't be posted again; the page it came from can be opened.
    ahead = request.path if request.method in ("GET", "HEAD") else _came_from(request)
    return redirect(f"{reverse('admin:factor_again')}?{urlencode({'next': ahead})}")


@login_not_required
@door.leaves_nothing
@require_http_methods(["GET", "HEAD", "POST"])
def at_the_door(request: TerminalRequest) -> HttpResponse:
    """After the password, for those whose role asks for it: the code, at first its enrolment."""
    user = door.waiting(request, door.OWING)
    if user is None:
        return redirect("admin:login")
    door.become(request, user)
    is_enrolled = factors.is_enrolled(user)
    secret = "" if is_enrolled else _secret(request)
    form = FactorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            if is_enrolled:
                factors.check(
                    user=user, code=code, terminal=request.terminal, context=request.context
                )
            else:
                factors.enrol(user=user, secret=secret, code=code, context=request.context)
        except Locked as refusal:
            request.session.pop(door.OWING, None)
            return door.locked(request, refusal)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            ahead = request.session.pop(door.OWING)["next"]
            request.session.pop(SECRET, None)
            if not is_enrolled:
                ahead = reverse("admin:recovery_codes")
            return door.start_day(request, user, ahead, factor_at=request.context.at)
    shown = {} if is_enrolled else {
        "picture": one_time_codes.picture(secret, holder=user.username),
        "secret": one_time_codes.in_words(secret),
    }  # fmt: skip
    return door.page(request, "admin/factor.html", form=form, person=user, **shown)


@door.leaves_nothing
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: StaffRequest) -> HttpResponse:
    """Signed in already, and about to do what needs a fresh factor."""
    if not factors.is_enrolled(request.user):
        # Taken away since the sign-in: a new one is enrolled after the password alone.
        close_session(request)
        return redirect("admin:login")
    form = FactorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            factors.check(
                user=request.user, code=form.cleaned_data["code"], terminal=request.terminal,
                context=request.context,
            )  # fmt: skip
        except Locked as refusal:
            close_session(request)
            return door.locked(request, refusal)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            factors.note(sign_in=request.sign_in, at=request.context.at)
            return redirect(door.next_of(request) or "admin:index")
    return door.page(
        request, "admin/factor_again.html", form=form, title=_("確認コード"),
        next=door.next_of(request),
    )  # fmt: skip


@door.leaves_nothing
@require_safe
def recovery_codes(request: StaffRequest) -> HttpResponse:
    """After the enrolment, once: what is printed or written down in case the device is lost."""
    codes = factors.recovery_codes(request.user)
    if codes is None:
        return redirect("admin:index")
    return door.page(request, "admin/recovery_codes.html", title=_("回復コード"), codes=codes)


def _secret(request: HttpRequest) -> str:
    """The same on every try, so that the picture stays the one that was scanned."""
    if SECRET not in request.session:
        request.session[SECRET] = one_time_codes.new_secret()
    return str(request.session[SECRET])


def _came_from(request: HttpRequest) -> str:
    """The page of ours whose form was sent."""
    referer = urlsplit(request.headers.get("Referer", ""))
    return referer.path if referer.netloc == request.get_host() else reverse("admin:index")
