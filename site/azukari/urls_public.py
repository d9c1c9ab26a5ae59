"""The addresses of the public entry."""

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail.urls import serve_pattern
from wagtail.views import serve

from azukari import views
from booking.views import availability

handler500 = "azukari.views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.health, name="health"),
    path("language/", views.language, name="language"),
    path("my/", include("records.urls")),
    path("booking/", include("booking.urls")),
    path("day/", include("booking.day.urls")),
    path("availability/<slug:code>/<str:monday>/", availability.week, name="availability"),
    path("media/images/<str:name>", views.picture, name="picture"),
    # Pages come last: they may have any address that is left. No page asks for a password or a
    # log-in, so of Wagtail's own addresses this one is enough.
    re_path(serve_pattern, login_not_required(serve), name="wagtail_serve"),
]

# The staff entry reads this table for addresses in previews and mails; it has no allauth.
if apps.is_installed("allauth.account"):
    urlpatterns[:0] = [
        path("account/", include("records.urls_account")),
        path("account/2fa/", include("records.urls_second_factors")),
    ]
