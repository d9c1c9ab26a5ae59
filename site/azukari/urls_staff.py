"""The addresses of the staff entry."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.defaults import page_not_found
from django.views.generic import RedirectView
from wagtail.admin import urls as editor_urls
from wagtail.documents import urls as document_urls

# Their lists register themselves.
import azukari.reading_log  # noqa: F401
import booking.admin
import booking.day.admin  # noqa: F401
import records.admin  # noqa: F401
from azukari.views import picture
from records.admin.views.terminals import register


def page_outside(request: HttpRequest, page_path: str) -> HttpResponse:
    """Never reached: the site before it answers every address, and sends pages' on."""
    return admin.site.catch_all_view(request, page_path)


to_login = RedirectView.as_view(pattern_name="admin:login", query_string=True)
to_password = RedirectView.as_view(pattern_name="admin:password_change")

handler500 = "azukari.views.server_error"

urlpatterns = [
    # Wagtail's own page for trying what an error looks like.
    path("cms/failwhale/", page_not_found, {"exception": Http404()}),
    # One log-in and one account for the whole staff entry.
    path("cms/login/", to_login),
    re_path(r"^cms/password_reset/", to_login),
    re_path(r"^cms/account/", to_password),
    path("cms/", include(editor_urls)),
    path("documents/", include(document_urls)),
    # The editor's thumbnails.
    path("media/images/<str:name>", picture, name="picture"),
    path("terminals/register/<str:token>/", register, name="terminal_register"),
    path("", admin.site.urls),
    # By this name Wagtail finds the addresses of pages, which live at the public entry.
    re_path(r"^((?:[\w\-]+/)*)$", page_outside, name="wagtail_serve"),
]
