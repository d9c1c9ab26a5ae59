from booking.models.attendance import Attendance
from booking.models.booking import Booking, BookingTransition
from booking.models.fee import Fee, Payment, Tariff
from booking.models.opening import OpeningPattern
from booking.models.slot import Slot
from booking.models.use_rule import UseRule

__all__ = [
    "Attendance",
    "Booking",
    "BookingTransition",
    "Fee",
    "OpeningPattern",
    "Payment",
    "Slot",
    "Tariff",
    "UseRule",
]
