"""Bookings in the staff tool: one file for each kind of record."""

from booking.admin import (
    attendances,
    bookings,
    fees,
    opening_patterns,
    payments,
    releases,
    slots,
    tariffs,
    use_rules,
    waitings,
)

__all__ = [
    "attendances",
    "bookings",
    "fees",
    "opening_patterns",
    "payments",
    "releases",
    "slots",
    "tariffs",
    "use_rules",
    "waitings",
]
