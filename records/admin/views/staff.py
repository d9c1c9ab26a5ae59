"""職員名簿: who works where, what is due with each account, and what can be done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from history import actions as history
from history import clock
from history.enums import Act
from records import account_book, rules
from records.actions import accounts, factors, memberships, resets
from records.admin.forms_accounts import CloseForm, EndForm, FactorAwayForm, HelpForm, ResetForm
from records.admin.views.door import leaves_nothing
from records.admin.views.factors import ask_again, fresh
from records.admin.views.gate import StaffRequest, only
from records.enums import CloseReason, EndReason, FactorReason, HelpReason, ResetReason
from records.models import User
from records.refusals import Refused

PURPOSE = "accounts"


@require_safe
@only(rules.sees_accounts)
def listed(request: StaffRequest) -> HttpResponse:
    """Everybody by facility, with training, review and use; a manager sees the own facility."""
    today = clock.local(request.context.at).date()
    places = account_book.staff_by_facility(request.user, on=today)
    _record(request, Act.LIST, [row.standing.user for place in places for row in place.rows])
    context = {
        **admin.site.each_context(request),
        "title": _("職員名簿"),
        "places": places,
        "due": account_book.count_due(places),
        "thin": account_book.thinly_held(on=today) if rules.is_office(request.user) else [],
        "keeps_accounts": rules.keeps_accounts(request.user),
        "is_office": rules.is_office(request.user),
        "asks_for_help": rules.asks_for_help(request.user),
        "today": today,
    }
    return render(request, "records/staff/staff_list.html", context)


@require_safe
@only(rules.sees_accounts)
def detail(request: StaffRequest, number: int) -> HttpResponse:
    """One account, with the forms for what the reader may do about it."""
    return _detail(request, _member(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.asks_for_help)
def help_out(request: StaffRequest) -> HttpResponse:
    """応援: somebody of the same operator works here until the day ends."""
    facility_id = rules.required_duty(request.user).facility
    today = clock.local(request.context.at).date()
    helpers = account_book.helpers_for(facility_id, on=today)
    form = HelpForm(request.POST if request.method == "POST" else None, helpers=helpers)
    if request.method == "POST" and form.is_valid():
        try:
            made = memberships.help_out(
                user=form.cleaned_data["user"],
                facility=account_book.facility(facility_id),
                reason=HelpReason(form.cleaned_data["reason"]),
                at=request.context.at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("%(name)s さんは、今日この施設で働けます。") % {"name": made.user}
            )
            return redirect("admin:staff")
    page = {
        **admin.site.each_context(request),
        "title": _("今日の応援"),
        "form": form,
        "has_helpers": helpers.exists(),
    }
    return render(request, "records/staff/staff_help.html", page)


@require_POST
@only(rules.keeps_accounts)
@fresh
def confirm(request: StaffRequest, number: int) -> HttpResponse:
    """定期点検: still needed, as it stands."""
    user = _member(request, number)
    accounts.confirm(user=user, by=request.user, at=request.context.at)
    messages.success(request, _("%(name)s さんのアカウントを点検済みにしました。") % {"name": user})
    return redirect("admin:staff")


@require_POST
@only(rules.is_office)
@fresh
def end(request: StaffRequest, number: int) -> HttpResponse:
    """The person stops working at a place at this minute."""
    user = _member(request, number)
    form = _end_form(request, user, request.POST)
    if not form.is_valid():
        return _detail(request, user, end_form=form)
    return _done(
        request, user, _("所属を終了しました。この職員は、次の操作から使えません。"),
        lambda: memberships.end_now(
            membership=form.cleaned_data["membership"],
            reason=EndReason(form.cleaned_data["reason"]),
            at=request.context.at,
        ),
    )  # fmt: skip


@require_POST
@only(rules.is_office)
@fresh
def close(request: StaffRequest, number: int) -> HttpResponse:
    user = _member(request, number)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _detail(request, user, close_form=form)
    return _done(
        request, user, _("アカウントを閉じました。この職員は、次の操作から使えません。"),
        lambda: accounts.close(
            user=user, reason=CloseReason(form.cleaned_data["reason"]), at=request.context.at
        ),
    )  # fmt: skip


@require_POST
@only(rules.keeps_accounts)
@fresh
def reopen(request: StaffRequest, number: int) -> HttpResponse:
    user = _member(request, number)
    return _done(
        request, user, _("アカウントを再開しました。"),
        lambda: accounts.reopen(user=user, at=request.context.at),
    )  # fmt: skip


@leaves_nothing
@require_POST
@only(rules.resets_passwords)
def reset(request: StaffRequest, number: int) -> HttpResponse:
    """Unlock, and a one-time password that is shown once. A manager does it for the own staff."""
    user = _member(request, number)
    if rules.keeps_accounts(request.user) and (way := ask_again(request)):
        return way
    form = ResetForm(request.POST)
    if not form.is_valid():
        return _detail(request, user, reset_form=form)
    try:
        password = resets.reset_password(
            user=user, by=request.user, reason=ResetReason(form.cleaned_data["reason"])
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:staff_member", user.pk)
    page = {
        **admin.site.each_context(request),
        "title": _("1回だけのパスワード"),
        "person": user,
        "password": password,
    }
    return render(request, "records/staff/staff_password.html", page)


@require_POST
@only(rules.keeps_accounts)
@fresh
def take_factor_away(request: StaffRequest, number: int) -> HttpResponse:
    user = _member(request, number)
    form = FactorAwayForm(request.POST)
    if not form.is_valid():
        return _detail(request, user, factor_form=form)
    return _done(
        request, user, _("確認コードの登録を解除しました。次のログインで登録し直します。"),
        lambda: factors.take_away(
            user=user, by=request.user, reason=FactorReason(form.cleaned_data["reason"]),
            context=request.context,
        ),
    )  # fmt: skip


def _done(request: StaffRequest, user: User, words: str, act: Callable[[], object]) -> HttpResponse:
    """Do it; the page of the account then says that it was done, or why not."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("admin:staff_member", user.pk)


def _detail(request: StaffRequest, user: User, **forms: Any) -> HttpResponse:
    _record(request, Act.VIEW, [user])
    today = clock.local(request.context.at).date()
    context = {
        **admin.site.each_context(request),
        "title": str(user),
        "person": user,
        "standing": account_book.standing_of(user, on=today),
        "memberships": account_book.memberships_of(user),
        "keeps_accounts": rules.keeps_accounts(request.user),
        "is_office": rules.is_office(request.user),
        "resets_passwords": rules.resets_passwords(request.user),
        "end_form": _end_form(request, user, None),
        "close_form": CloseForm(),
        "reset_form": ResetForm(),
        "factor_form": FactorAwayForm(),
        "has_factor": rules.keeps_accounts(request.user) and factors.is_enrolled(user),
        "is_own": user.pk == request.user.pk,
        "today": today,
        **forms,
    }
    return render(request, "records/staff/staff_member.html", context)


def _end_form(request: StaffRequest, user: User, data: Any) -> EndForm:
    today = clock.local(request.context.at).date()
    return EndForm(data, memberships=account_book.memberships_of(user).to_come(today))


def _member(request: StaffRequest, number: int) -> User:
    today = clock.local(request.context.at).date()
    found = account_book.member(request.user, number, on=today)
    if found is None:
        raise Http404
    return found


def _record(request: StaffRequest, act: Act, users: list[User]) -> None:
    history.record(
        act, context=request.context, purpose=PURPOSE, model="records.user",
        object_ids=[user.pk for user in users], path=request.path,
    )  # fmt: skip
