"""Booking, step by step, and a family's own bookings."""

from django.urls import path

from booking.views import (
    changes,
    family,
    holds,
    own,
    releases,
    requests,
    tickets,
    use_holds,
    waitings,
)

app_name = "booking"
urlpatterns = [
    path("", family.start, name="start"),
    path("availability/", family.availability, name="availability"),
    path("releases/<int:number>/", releases.detail, name="release"),
    path("releases/<int:number>/list.json", releases.draw_list, name="draw_list"),
    path("tickets/<uuid:ticket_id>/", tickets.detail, name="ticket"),
    path("tickets/<uuid:ticket_id>/options/", tickets.options, name="ticket_options"),
    path(
        "tickets/<uuid:ticket_id>/wishes/<uuid:wish_id>/take-back/",
        tickets.take_back,
        name="ticket_take_back",
    ),
    path("mine/", own.index, name="index"),
    path("requests/<uuid:request_id>/", holds.detail, name="request"),
    path("requests/<uuid:request_id>/confirm/", holds.confirm, name="confirm"),
    path("requests/<uuid:request_id>/extend/", holds.extend, name="extend"),
    path("requests/<uuid:request_id>/let-go/", holds.let_go, name="let_go"),
    path("waiting/<uuid:waiting_id>/", waitings.detail, name="waiting"),
    path("waiting/<uuid:waiting_id>/accept/", waitings.accept, name="accept"),
    path("waiting/<uuid:waiting_id>/leave/", waitings.leave, name="leave_line"),
    path("<uuid:booking_id>/", own.detail, name="detail"),
    path("holds/<uuid:hold_id>/", use_holds.detail, name="use_hold"),
    path("<uuid:booking_id>/undo/", own.undo, name="undo"),
    path("<uuid:booking_id>/withdraw/", own.withdraw, name="withdraw"),
    path("<uuid:booking_id>/cancel/", own.cancel, name="cancel"),
    path("<uuid:booking_id>/change/", changes.change, name="change"),
    path("<slug:code>/new/", requests.new, name="new"),
    path("<slug:code>/wait/", waitings.join, name="wait"),
]
