"""Booking, step by step, and a family's own bookings."""

from django.urls import path

from booking.views import family, own, requests

app_name = "booking"
urlpatterns = [
    path("", family.start, name="start"),
    path("availability/", family.availability, name="availability"),
    path("mine/", own.index, name="index"),
    path("<uuid:booking_id>/", own.detail, name="detail"),
    path("<uuid:booking_id>/cancel/", own.cancel, name="cancel"),
    path("<slug:code>/new/", requests.new, name="new"),
    path("<slug:code>/confirm/", requests.confirm, name="confirm"),
]
