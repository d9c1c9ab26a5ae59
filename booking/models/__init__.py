from booking.models.attendance import Attendance
from booking.models.booking import Booking, BookingTransition
from booking.models.call import Call
from booking.models.closure import Closure, LostBooking
from booking.models.draw import DrawList, DrawSeed
from booking.models.fee import Fee, Payment
from booking.models.opening import OpeningPattern
from booking.models.release import Release
from booking.models.request import BookingRequest, UnmetWish
from booking.models.roster import CapacityChange, Roster
from booking.models.slot import Slot
from booking.models.tariff import Price, Relief, Tariff
from booking.models.ticket import Ticket, TicketWish
from booking.models.use_hold import UseHold
from booking.models.use_rule import UseRule
from booking.models.use_rule_parts import (
    AgeQuota,
    CancelStage,
    ReleaseDay,
    Reserve,
    SessionBlock,
    UseLimit,
)
from booking.models.waiting import Waiting, WaitingChild

__all__ = [
    "AgeQuota",
    "Attendance",
    "Booking",
    "BookingRequest",
    "BookingTransition",
    "Call",
    "CancelStage",
    "CapacityChange",
    "Closure",
    "DrawList",
    "DrawSeed",
    "Fee",
    "LostBooking",
    "OpeningPattern",
    "Payment",
    "Price",
    "Release",
    "ReleaseDay",
    "Relief",
    "Reserve",
    "Roster",
    "SessionBlock",
    "Slot",
    "Tariff",
    "Ticket",
    "TicketWish",
    "UnmetWish",
    "UseHold",
    "UseLimit",
    "UseRule",
    "Waiting",
    "WaitingChild",
]
