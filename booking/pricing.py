"""Money. Pure: minutes and tariffs in, whole yen out."""

from booking.models import Tariff


def care_amount(minutes: int, tariff: Tariff) -> int:
    """The fee for the booked time; a unit begun counts whole."""
    return _units(minutes, tariff.unit_minutes) * tariff.unit_amount


def overrun_minutes(late_minutes: int, tariff: Tariff) -> int:
    """Minutes beyond the booked end that are charged: none within the grace, then all of them."""
    return late_minutes if late_minutes > tariff.overrun_grace_minutes else 0


def overrun_amount(late_minutes: int, tariff: Tariff) -> int:
    """延長料金 for minutes beyond the booked end; a unit begun counts whole."""
    charged = overrun_minutes(late_minutes, tariff)
    return _units(charged, tariff.overrun_unit_minutes) * tariff.overrun_amount


def _units(minutes: int, unit: int) -> int:
    return -(-minutes // unit)
