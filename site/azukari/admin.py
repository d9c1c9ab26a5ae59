"""The staff tool: Django's admin as one site of our own, closed to all without a membership."""

import dataclasses
from http import HTTPStatus
from importlib import import_module
from typing import Any, NoReturn, cast

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.models import Site

from azukari import navigation
from azukari.middleware import CHOSEN_FACILITY
from history import actions as history
from history import context
from history.context import WalledRequest
from history.enums import Act
from records import rules
from records.models.account import staff_id_of
from records.queries import duty_of

# Pages of our own beside the lists and forms. By name, as in `include`: their modules ask for this
# site themselves.
PAGES = (
    "booking.admin.views.urls",
    "records.admin.views.urls",
    "azukari.changes",
    "azukari.backups.page",
    "azukari.protection",
)


class StaffLoginForm(AdminAuthenticationForm):
    """Staff ID and password."""

    error_messages = {
        "invalid_login": _(
            "職員IDまたはパスワードが違います。パスワードの大文字と小文字は区別されます。"
            "続けて間違えると、しばらくログインできなくなります。"
        ),
        "inactive": _("このアカウントは利用を終了しています。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["username"].label = _("職員ID")
        self.fields["password"].label = _("パスワード")
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean_username(self) -> str:
        """The one spelling also for the count of failed attempts."""
        return staff_id_of(self.cleaned_data["username"])

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        # From here on the request is this person's: their account notes the log-in.
        request = cast("WalledRequest", self.request)
        duty = duty_of(user, on=request.context.at.date())
        request.context = dataclasses.replace(
            request.context,
            actor=str(user.pk),
            role=duty.role if duty else "",
            facilities=duty.facilities if duty else (),
        )
        context.enter(request.context)
        history.record(Act.LOGIN, context=request.context)


class StaffAutocomplete(AutocompleteJsonView):
    """Searches while somebody types; a search for children leaves its entry."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if hasattr(self.model_admin, "record"):
            self.model_admin.record(request, Act.SEARCH, list(self.object_list))
        return response


class StaffSite(AdminSite):
    site_title = _("あずかり 職員用")
    site_header = _("あずかり 職員用")
    index_title = _("はじめに")
    site_url = None
    enable_nav_sidebar = False
    login_form = StaffLoginForm
    empty_value_display = "－"

    def has_permission(self, request: HttpRequest) -> bool:
        return rules.may_enter_staff_tool(request.user)

    def get_urls(self) -> list[Any]:
        pages = [page for name in PAGES for page in import_module(name).urlpatterns]
        return [
            path("facility/", self.admin_view(choose_facility), name="facility"),
            *(self._guarded(pattern) for pattern in pages),
            *super().get_urls(),
        ]

    def _guarded(self, pattern: URLPattern) -> URLPattern:
        return URLPattern(
            pattern.pattern, self.admin_view(pattern.callback), pattern.default_args, pattern.name
        )

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.user.is_authenticated and not self.has_permission(request):
            return render(request, "admin/no_membership.html", self.each_context(request))
        return super().login(request, extra_context)

    def password_change(  # type: ignore[override]  # a page or the way on, whatever Django declares
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """The history leaves passwords out, so that one was changed stands here."""
        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            history.record(Act.PASSWORD, context=cast("WalledRequest", request).context)
        return response

    def index(  # type: ignore[override]  # Django shows a page here, this leads to one
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect(navigation.start_of(request))

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: Any = None
    ) -> NoReturn:
        """The navigation stands at the side of every page; there is no page of apps."""
        raise Http404

    def catch_all_view(self, request: HttpRequest, url: str) -> HttpResponse:
        """An address of a public page, which the editor links to, leads there; others nowhere."""
        site = Site.find_for_request(request)
        if site is not None and url.endswith("/"):
            try:
                site.root_page.specific.route(request, url.strip("/").split("/"))
            except Http404:
                return super().catch_all_view(request, url)
            return redirect(f"{settings.PUBLIC_ORIGIN}/{url}")
        return super().catch_all_view(request, url)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast("HttpResponse", StaffAutocomplete.as_view(admin_site=self)(request))


class FacilityForm(forms.Form):
    facility = forms.TypedChoiceField(coerce=int)


@require_POST
def choose_facility(request: HttpRequest) -> HttpResponse:
    """Work at another facility of one's own from the next page on."""
    form = FacilityForm(request.POST)
    field = cast("forms.TypedChoiceField", form.fields["facility"])
    field.choices = rules.required_duty(request.user).choices
    if form.is_valid():
        request.session[CHOSEN_FACILITY] = form.cleaned_data["facility"]
    return redirect("admin:index")
