"""The day at the facility. The staff site wraps each of these in its own log-in check."""

from django.urls import path

from booking.day.admin.views import (
    attendances,
    calls,
    care_card,
    cash,
    emergency,
    find,
    joint_readings,
    meals,
    messages,
    papers,
    reports,
    today,
)

urlpatterns = [
    path("today/", today.today, name="today"),
    path("today/find/", find.find_row, name="find_row"),
    path("today/<uuid:number>/arrive/", attendances.arrive, name="arrive"),
    path("today/<uuid:number>/leave/", attendances.leave, name="leave"),
    path("today/<uuid:number>/undo-arrival/", attendances.undo_arrival, name="undo_arrival"),
    path("today/<uuid:number>/undo-departure/", attendances.undo_departure, name="undo_departure"),
    path("today/<uuid:number>/call/", calls.day_call, name="day_call"),
    path("today/<uuid:number>/card/", care_card.care_card, name="care_card"),
    path("today/<uuid:number>/read/", joint_readings.read, name="read"),
    path("today/<uuid:number>/read/together/", joint_readings.witness, name="witness"),
    path("meals/", meals.meal_check, name="meal_check"),
    path("meals/paper/", meals.meal_paper, name="meal_paper"),
    path("meals/<uuid:number>/second/", meals.meal_check_second, name="meal_check_second"),
    path("takeover/", meals.takeover, name="takeover"),
    path("today/<uuid:number>/messages/", messages.messages_page, name="messages"),
    path("today/<uuid:number>/messages/late/", messages.reply_late, name="reply_late"),
    path("today/<uuid:number>/messages/pick-up/", messages.reply_pick_up, name="reply_pick_up"),
    path("today/<uuid:number>/messages/called/", messages.call_back, name="call_back"),
    path("today/<uuid:number>/report/", reports.day_report, name="day_report"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("emergency/<uuid:number>/card/", emergency.emergency_card, name="emergency_card"),
    path("sheets/", papers.sheets, name="sheets"),
    path("sheets/print/", papers.sheet_print, name="sheet_print"),
    path("cash/", cash.cash_list, name="cash"),
    path("cash/new/", cash.cash_new, name="cash_new"),
    path("cash/<uuid:number>/", cash.cash_count, name="cash_count"),
    path("cash/<uuid:number>/confirm/", cash.cash_confirm, name="cash_confirm"),
]
