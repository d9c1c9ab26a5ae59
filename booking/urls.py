"""Booking, step by step."""

from django.urls import path

app_name = "booking"
urlpatterns = [
    path("", lambda request: None, name="start"),
    path("<uuid:booking_id>/", lambda request: None, name="detail"),
]
