"""The day at the facility. The staff site wraps each of these in its own log-in check."""

from django.urls import path

from day.admin.views import care_card, emergency, joint_readings, today

urlpatterns = [
    path("today/", today.today, name="today"),
    path("today/<uuid:number>/arrive/", today.arrive, name="arrive"),
    path("today/<uuid:number>/leave/", today.leave, name="leave"),
    path("today/<uuid:number>/undo-arrival/", today.undo_arrival, name="undo_arrival"),
    path("today/<uuid:number>/undo-departure/", today.undo_departure, name="undo_departure"),
    path("today/<uuid:number>/card/", care_card.care_card, name="care_card"),
    path("today/<uuid:number>/read/", joint_readings.read, name="read"),
    path("today/<uuid:number>/read/together/", joint_readings.witness, name="witness"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("emergency/<uuid:number>/card/", emergency.emergency_card, name="emergency_card"),
]
