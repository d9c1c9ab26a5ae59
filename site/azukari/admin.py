"""The staff tool: Django's admin as one site of our own, closed to all without a membership."""

from http import HTTPStatus
from importlib import import_module
from typing import Any, NoReturn, cast

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite
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
from history.context import WalledRequest
from history.enums import Act
from records import rules
from records.actions import credentials
from records.admin.views import door, factors
from records.models import User

# Pages of our own beside the lists and forms. By name, as in `include`: their modules ask for this
# site themselves.
PAGES = (
    "booking.day.admin.views.urls",
    "booking.admin.views.urls",
    "records.admin.views.urls",
    "azukari.changes",
    "azukari.help",
    "azukari.backups.page",
    "azukari.protection",
    "azukari.watch.pages",
)


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
    empty_value_display = "－"

    def has_permission(self, request: HttpRequest) -> bool:
        return rules.may_enter_staff_tool(request.user)

    def get_urls(self) -> list[Any]:
        pages = [page for name in PAGES for page in import_module(name).urlpatterns]
        return [
            path("facility/", self.admin_view(choose_facility), name="facility"),
            # Before anybody is let in.
            path("login/choose/", door.choose, name="choose"),
            path("login/factor/", factors.at_the_door, name="factor"),
            path("login/<uuid:number>/", door.resume, name="resume"),
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
        return door.enter(request)

    @method_decorator(login_not_required)
    def logout(  # type: ignore[override]  # back to the door, whatever Django shows
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return door.leave(request)

    def password_change(  # type: ignore[override]  # a page or the way on, whatever Django declares
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """The history leaves passwords out, so that one was changed stands here."""
        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            at = cast("WalledRequest", request).context.at
            credentials.note_password(by=cast("User", request.user), at=at)
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
