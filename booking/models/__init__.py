from booking.models.attendance import Attendance
from booking.models.booking import Booking, BookingTransition
from booking.models.fee import Fee, Payment, Tariff
from booking.models.opening import OpeningPattern
from booking.models.request import BookingRequest, UnmetWish
from booking.models.slot import Slot
from booking.models.use_rule import UseRule

__all__ = [
    "Attendance",
    "Booking",
    "BookingRequest",
    "BookingTransition",
    "Fee",
    "OpeningPattern",
    "Payment",
    "Slot",
    "Tariff",
    "UnmetWish",
    "UseRule",
]
