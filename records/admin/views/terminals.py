"""専用端末: the list, ways to register one more, and the page that such a way leads to."""

import uuid

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from history import actions as history
from history.enums import Act
from records import rules, terminal_book
from records.actions import networks as network_actions
from records.actions import terminals as actions
from records.admin.forms_sign_in import DoorForm
from records.admin.views.door import leaves_nothing, nowhere
from records.admin.views.factors import fresh
from records.admin.views.gate import NewcomerRequest, StaffRequest, only
from records.enums import LinkKind
from records.models import Facility
from records.models.terminal import validate_network
from records.refusals_sign_in import LinkSpent, ShutsOut, WrongCode

# As long as browsers keep a cookie at all; each day's secret begins it anew.
COOKIE_SECONDS = 400 * 24 * 3600
GROUP = 4


class NewTerminalForm(DoorForm):
    facility: forms.ModelChoiceField[Facility] = forms.ModelChoiceField(
        label=gettext_lazy("施設"), queryset=None, empty_label=gettext_lazy("選んでください")
    )
    name = forms.CharField(
        label=gettext_lazy("端末の名前"),
        max_length=40,
        help_text=gettext_lazy("置き場所など、現物を見分けられる名前。例：保育室のタブレット"),
    )
    is_portable = forms.BooleanField(
        label=gettext_lazy("当番用携帯端末"),
        required=False,
        help_text=gettext_lazy("センターの当番が持ち歩く端末です。接続元の制限を受けません。"),
    )
    is_sealed = forms.BooleanField(
        label=gettext_lazy("封緘コードにする"),
        required=False,
        help_text=gettext_lazy(
            "封筒に入れて施設で保管し、端末が壊れたときに使います。使われると、センターに知らせます。"
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = terminal_book.all_facilities()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        facility = given.get("facility")
        if given.get("is_portable") and isinstance(facility, Facility) and not facility.is_center:
            self.add_error(
                "is_portable", _("当番用携帯端末は、センターの端末として登録してください。")
            )
        if given.get("is_portable") and given.get("is_sealed"):
            self.add_error("is_sealed", _("当番用携帯端末は、登録リンクで登録してください。"))
        return given


class NetworksForm(DoorForm):
    networks = forms.CharField(
        label=gettext_lazy("接続元のネットワーク"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("1行に1つ。例 192.0.2.0/24。空欄にすると、どこからでも使えます。"),
    )

    def clean_networks(self) -> list[str]:
        lines = self.cleaned_data["networks"].split()
        for line in lines:
            try:
                validate_network(line)
            except forms.ValidationError as error:
                raise forms.ValidationError(f"{line}：{error.message}") from error
        return lines


class CodeForm(DoorForm):
    code = forms.CharField(
        label=gettext_lazy("封緘コード"),
        max_length=30,
        help_text=gettext_lazy("紙に書かれた12文字。大文字と小文字、区切りは問いません。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


@require_safe
@only(rules.sees_terminals)
def listed(request: StaffRequest) -> HttpResponse:
    """Every terminal by facility, with last use; where there are too few, that is said."""
    places = terminal_book.terminals_by_facility(request.user, at=request.context.at)
    history.record(
        Act.LIST, context=request.context, purpose="terminals", model="records.terminal",
        object_ids=[each.pk for place in places for each in place.terminals], path=request.path,
    )  # fmt: skip
    context = {
        **admin.site.each_context(request),
        "title": _("専用端末"),
        "places": places,
        "keeps_terminals": rules.keeps_accounts(request.user),
        "revokes_terminals": rules.is_office(request.user),
        "own": request.terminal,
    }
    return render(request, "records/staff/terminals.html", context)


@leaves_nothing
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.keeps_accounts)
@fresh
def new(request: StaffRequest) -> HttpResponse:
    """Make a registration link or an envelope. What is shown then is shown once."""
    form = NewTerminalForm(
        request.POST if request.method == "POST" else None,
        initial={"facility": request.GET.get("facility")},
    )
    page = {**admin.site.each_context(request), "title": _("端末の登録"), "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "records/staff/terminal_new.html", page)
    facility, name = form.cleaned_data["facility"], form.cleaned_data["name"]
    if form.cleaned_data["is_sealed"]:
        made = actions.seal_code(
            facility=facility, name=name, by=request.user, context=request.context
        )
        link, token, code = made.link, made.token, _grouped(made.code)
    else:
        link, token = actions.make_link(
            facility=facility, name=name, is_portable=form.cleaned_data["is_portable"],
            by=request.user, context=request.context,
        )  # fmt: skip
        code = ""
    url = address_of(token)
    page |= {"link": link, "url": url, "code": code}
    return render(request, "records/staff/terminal_made.html", page)


@require_POST
@only(rules.is_office)
@fresh
def revoke(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    terminal = get_object_or_404(terminal_book.live_terminals(), pk=number)
    actions.revoke(terminal=terminal, by=request.user, context=request.context)
    messages.success(
        request, _("「%(name)s」を停止しました。次の操作から使えません。") % {"name": terminal}
    )
    return redirect("admin:terminals")


@require_POST
@only(rules.is_office)
@fresh
def revoke_link(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    link = get_object_or_404(terminal_book.live_links(request.context.at), pk=number)
    actions.revoke_link(link=link, context=request.context)
    messages.success(request, _("登録リンクを無効にしました。"))
    return redirect("admin:terminals")


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.keeps_accounts)
@fresh
def networks(request: StaffRequest, number: int) -> HttpResponse:
    """From where a facility's terminals may call."""
    facility = get_object_or_404(terminal_book.all_facilities(), pk=number)
    form = NetworksForm(
        request.POST if request.method == "POST" else None,
        initial={"networks": "\n".join(terminal_book.networks_of(facility))},
    )
    if request.method == "POST" and form.is_valid():
        try:
            network_actions.set_for(
                facility=facility, networks=form.cleaned_data["networks"],
                own=request.terminal, address=request.caller.address,
            )  # fmt: skip
        except ShutsOut as refusal:
            form.add_error("networks", str(refusal))
        else:
            messages.success(
                request, _("%(facility)sの接続元を保存しました。") % {"facility": facility}
            )
            return redirect("admin:terminals")
    page = {
        **admin.site.each_context(request), "title": _("接続元のネットワーク"), "form": form,
        "facility": facility, "address": request.caller.address,
    }  # fmt: skip
    return render(request, "records/staff/terminal_networks.html", page)


@login_not_required
@leaves_nothing
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: NewcomerRequest, token: str) -> HttpResponse:
    """The one page for a browser that is no terminal. It takes a tap: a preview uses up nothing."""
    try:
        link = actions.find_link(token=token, context=request.context)
    except LinkSpent:
        return nowhere(request)
    is_sealed = link.kind == LinkKind.SEALED
    form = CodeForm(request.POST if request.method == "POST" else None)
    is_sent = request.method == "POST" and request.terminal is None
    if is_sent and (not is_sealed or form.is_valid()):
        try:
            terminal, secret = actions.register(
                token=token, code=form.cleaned_data["code"] if is_sealed else "",
                caller=request.caller, context=request.context,
            )  # fmt: skip
        except LinkSpent:
            return nowhere(request)
        except WrongCode as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(
                request,
                _("この端末を「%(name)s」として登録しました。") % {"name": terminal},
                extra_tags="door",
            )
            response = redirect("admin:login")
            set_secret(response, secret)
            return response
    page = {
        "link": link, "is_sealed": is_sealed, "form": form, "registered": request.terminal,
        "has_permission": False,
    }  # fmt: skip
    return render(request, "records/staff/terminal_register.html", page)


def set_secret(response: HttpResponseBase, secret: str) -> None:
    """The cookie by which the browser is a terminal."""
    response.set_cookie(
        settings.TERMINAL_COOKIE_NAME,
        secret,
        max_age=COOKIE_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def address_of(token: str) -> str:
    path = reverse("terminal_register", args=[token], urlconf="azukari.urls_staff")
    return f"{settings.STAFF_ORIGIN}{path}"


def _grouped(code: str) -> str:
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
