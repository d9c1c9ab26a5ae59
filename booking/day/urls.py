"""What families say on the day of a booking."""

from django.urls import path

from booking.day.views import checks, messages

app_name = "day"
urlpatterns = [
    path("<uuid:booking_id>/late/", messages.late, name="late"),
    path("<uuid:booking_id>/pick-up/", messages.pick_up, name="pick_up"),
    path("<uuid:booking_id>/check/", checks.check, name="check"),
    path("<uuid:booking_id>/all-well/", checks.all_well, name="all_well"),
]
