"""The addresses of the public entry."""

from django.urls import include, path

urlpatterns = [
    path("my/", include("records.urls")),
    path("booking/", include("booking.urls")),
]
