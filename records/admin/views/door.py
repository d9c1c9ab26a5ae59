"""The door of the staff tool: ID and password once a day, then name tile and PIN."""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from history import context
from records import drafts, presence, rules, terminal_book
from records.actions import credentials, sign_ins
from records.admin.forms_sign_in import (
    ChangePinForm,
    ChoosePasswordForm,
    ChoosePinForm,
    PasswordForm,
    PinForm,
)
from records.admin.views.gate import StaffRequest, TerminalRequest
from records.models import SignIn, User
from records.queries import duty_of, roles_of
from records.refusals import Refused
from records.refusals_sign_in import Locked, SignInOver, WrongPin

# In the session: the day's sign-in, the open screen, and who has yet to choose or prove something.
SIGN_IN, SCREEN, CHOOSING, OWING = "sign_in", "screen", "choosing", "owing"
TO_CHOOSE = dt.timedelta(minutes=15)

View = Callable[..., HttpResponse]


def nowhere(request: HttpRequest) -> HttpResponse:
    """What every address answers to a browser that is no terminal: the same, and no form."""
    return HttpResponse(
        render_to_string("records/staff/nowhere.html"),
        status=404,
        headers={"Cache-Control": "no-store"},
    )


def leaves_nothing(view: View) -> View:
    """Of the person before, the browser keeps neither page nor cache."""

    @functools.wraps(view)
    def cleared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return cleared


@login_not_required
@leaves_nothing
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: TerminalRequest) -> HttpResponse:
    """Tiles of those who have signed in here today, and ID and password for everybody else."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect("admin:index")
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = sign_ins.check_password(
                staff_id=form.cleaned_data["username"],
                password=form.cleaned_data["password"],
                terminal=request.terminal,
                context=request.context,
            )
        except Locked as refusal:
            return locked(request, refusal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            become(request, user)
            return _begin(request, user)
    at = request.context.at
    tiles = [
        (each, presence.needs_pin(each.last_act_at, at))
        for each in terminal_book.signed_in_at(request.terminal, at=at)
    ]
    return page(request, "admin/login.html", form=form, tiles=tiles, next=next_of(request))


@login_not_required
@leaves_nothing
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: TerminalRequest, number: uuid.UUID) -> HttpResponse:
    """Tap one's own tile: straight in shortly after the last act, otherwise by PIN."""
    sign_in = terminal_book.sign_in_here(request.terminal, number)
    if sign_in is None:
        return redirect(_door(request))
    typed = request.POST.get("pin")
    asks = presence.needs_pin(sign_in.last_act_at, request.context.at)
    form = PinForm(None if typed is None else request.POST)
    if request.method == "POST" and (not asks or form.is_valid()):
        try:
            opened = sign_ins.resume(
                sign_in=sign_in, pin=form.cleaned_data["pin"] if asks else None,
                context=request.context,
            )  # fmt: skip
        except WrongPin as refusal:
            form.add_error("pin", str(refusal))
        except SignInOver as refusal:
            messages.info(request, str(refusal), extra_tags="door")
            return redirect(_door(request))
        except Locked as refusal:
            return locked(request, refusal)
        else:
            become(request, opened.user)
            return _open(request, opened, next_of(request))
    return page(request, "admin/pin.html", form=form, person=sign_in.user, next=next_of(request))


@login_not_required
@leaves_nothing
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: TerminalRequest) -> HttpResponse:
    """After the first log-in, or a reset: an own password and an own PIN."""
    user = waiting(request, CHOOSING)
    if user is None:
        return redirect("admin:login")
    become(request, user)
    held = credentials.of(user)
    data = request.POST if request.method == "POST" else None
    forms = [
        kind(data, user=user)
        for kind, chosen_at in (
            (ChoosePasswordForm, held.password_chosen_at), (ChoosePinForm, held.pin_chosen_at),
        )
        if chosen_at is None
    ]  # fmt: skip
    # Both are looked at, so that both say at once what is wrong.
    if request.method == "POST" and not [form for form in forms if not form.is_valid()]:
        for form in forms:
            if isinstance(form, ChoosePasswordForm):
                credentials.choose_password(
                    by=user, password=form.cleaned_data["password"], context=request.context
                )
            else:
                credentials.choose_pin(
                    by=user, pin=form.cleaned_data["pin"], context=request.context
                )
        return _begin(request, user)
    return page(request, "admin/choose.html", forms=forms, person=user)


@leaves_nothing
@require_POST
def lock(request: StaffRequest) -> HttpResponse:
    """Leave the screen to a colleague, or lock it on purpose; or the page does, for want of acts.

    `idle` is the address of a page that gave way by itself, with what was typed there.
    """
    idle_at = request.POST.get("idle")
    if idle_at is not None:
        sign_ins.lock(sign_in=request.sign_in, context=request.context, why="idle")
        # The session stays, shut, for what was typed.
        if _shows_draft(idle_at):
            drafts.keep(request, path=idle_at)
        return redirect(f"{_door(request)}?{urlencode({'next': idle_at})}")
    sign_ins.lock(
        sign_in=request.sign_in, context=request.context,
        why="hand over" if "hand_over" in request.POST else sign_ins.ON_PURPOSE,
    )  # fmt: skip
    close_session(request)
    return redirect("admin:login")


@leaves_nothing
@require_POST
def leave(request: StaffRequest) -> HttpResponse:
    """ログアウト: the day at this terminal is over."""
    if request.sign_in is not None:
        sign_ins.end(sign_in=request.sign_in, context=request.context)
    close_session(request)
    return redirect("admin:login")


@require_POST
def present(request: StaffRequest) -> HttpResponse:
    """Sent while somebody types; that it arrived is all it is for."""
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
def change_pin(request: StaffRequest) -> HttpResponse:
    form = ChangePinForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            sign_ins.check_password(
                staff_id=request.user.username,
                password=form.cleaned_data["old_password"],
                terminal=request.terminal,
                context=request.context,
            )
        except Locked as refusal:
            close_session(request)
            return locked(request, refusal)
        except Refused as refusal:
            form.add_error("old_password", str(refusal))
        else:
            credentials.choose_pin(
                by=request.user, pin=form.cleaned_data["pin"], context=request.context
            )
            messages.success(request, _("PINを変更しました。"))
            return redirect("admin:index")
        finally:
            context.enter(request.context)
    return page(request, "admin/change_pin.html", form=form, title=_("PINの変更"))


def _begin(request: TerminalRequest, user: User) -> HttpResponse:
    """Straight to work, or first to what is yet to be chosen or proved."""
    ahead = request.session.get(CHOOSING, {}).get("next") or next_of(request)
    if not credentials.is_complete(user):
        return _first(request, user, CHOOSING, "admin:choose", ahead)
    request.session.pop(CHOOSING, None)
    if rules.needs_factor(roles_of(user, on=request.context.at.date())):
        return _first(request, user, OWING, "admin:factor", ahead)
    return start_day(request, user, ahead)


def _first(
    request: TerminalRequest, user: User, owed: str, page_name: str, ahead: str
) -> HttpResponse:
    """The password was right; the session remembers for a while what has to follow it."""
    until = (request.context.at + TO_CHOOSE).isoformat()
    request.session[owed] = {"user": user.pk, "until": until, "next": ahead}
    return redirect(page_name)


def start_day(
    request: TerminalRequest, user: User, ahead: str, factor_at: dt.datetime | None = None
) -> HttpResponse:
    """All is given that had to be: the day at this terminal begins."""
    sign_in = sign_ins.begin(
        user=user, terminal=request.terminal, factor_at=factor_at, context=request.context
    )
    return _open(request, sign_in, ahead)


def _open(request: TerminalRequest, sign_in: SignIn, ahead: str) -> HttpResponse:
    """The session becomes this person's; what another has left in it is gone."""
    open_session(request, sign_in.user)
    request.session[SIGN_IN] = str(sign_in.pk)
    request.session[SCREEN] = str(sign_in.presence)
    return redirect(ahead or "admin:index")


def become(request: TerminalRequest, user: User) -> None:
    """From here on the request is this person's."""
    duty = duty_of(user, at=request.context.at, chosen=request.terminal.facility_id)
    request.context = dataclasses.replace(
        request.context,
        actor=str(user.pk),
        role=duty.role if duty else "",
        facilities=duty.facilities if duty else (),
    )
    context.enter(request.context)


def waiting(request: TerminalRequest, owed: str) -> User | None:
    """Who has given a right password here within the last minutes, and has yet to do the rest."""
    held = request.session.get(owed)
    if held is None or dt.datetime.fromisoformat(held["until"]) < request.context.at:
        request.session.pop(owed, None)
        return None
    return terminal_book.staff_account(held["user"])


def _shows_draft(path: str) -> bool:
    try:
        return bool(getattr(resolve(path).func, "shows_draft", False))
    except Resolver404:
        return False


def locked(request: TerminalRequest, refusal: Locked) -> HttpResponse:
    return render(
        request,
        "locked_out.html",
        {**admin.site.each_context(request), "refusal": refusal},
        status=429,
    )


def next_of(request: HttpRequest) -> str:
    """Where somebody wanted to go, when that is an address of ours.

    It begins with a stroke: a bare word would be looked up among the names of the views.
    """
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours and not asked.startswith(reverse("admin:login")) else ""


def _door(request: HttpRequest) -> str:
    return reverse("admin:login")


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context})
