"""The staff's day. The staff site wraps each of these in its own log-in check."""

from django.urls import path

from booking.admin.views import (
    attention,
    calls,
    care_card,
    day,
    emergency,
    look_up,
    payments,
    roster,
)

urlpatterns = [
    path("today/", day.today, name="today"),
    path("today/<uuid:number>/arrive/", day.arrive, name="arrive"),
    path("today/<uuid:number>/leave/", day.leave, name="leave"),
    path("today/<uuid:number>/undo-arrival/", day.undo_arrival, name="undo_arrival"),
    path("today/<uuid:number>/undo-departure/", day.undo_departure, name="undo_departure"),
    path("today/<uuid:number>/card/", care_card.care_card, name="care_card"),
    path("today/<uuid:number>/payment/", payments.payment, name="payment"),
    path("payments/<uuid:number>/print/", payments.receipt_print, name="receipt_print"),
    path("attention/", attention.attention, name="attention"),
    path("calls/", calls.call_page, name="calls"),
    path("calls/<uuid:number>/result/", calls.call_result, name="call_result"),
    path("calls/<uuid:number>/reopen/", calls.call_reopen, name="call_reopen"),
    path("roster/", roster.roster, name="roster"),
    path("roster/save/", roster.roster_save, name="roster_save"),
    path("roster/fill/", roster.roster_fill, name="roster_fill"),
    path("roster/copy/", roster.roster_copy, name="roster_copy"),
    path("roster/clear/", roster.roster_clear, name="roster_clear"),
    path("roster/places/", roster.capacity_change, name="capacity_change"),
    path("roster/places/restore/", roster.capacity_restore, name="capacity_restore"),
    path("look-up/", look_up.look_up, name="look_up"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("emergency/<uuid:number>/card/", emergency.emergency_card, name="emergency_card"),
    path("payments/<uuid:number>/receipt.pdf", payments.receipt, name="receipt"),
]
