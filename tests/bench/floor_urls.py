"""The public entry's addresses and the floor's."""

from django.urls import path

from azukari.urls_public import handler500, urlpatterns
from tests.bench import floor

urlpatterns = [path("take/", floor.take_signed_in), *urlpatterns]
__all__ = ["handler500", "urlpatterns"]
