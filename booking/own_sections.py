"""Parts of a family's booking page that an app above brings along, in its own `sections.py`."""

import datetime as dt
from collections.abc import Callable

from booking.models import Booking
from records.sections import Part

_sections: list[Callable[[Booking, dt.datetime], Part]] = []


def join(section: Callable[[Booking, dt.datetime], Part]) -> Callable[[Booking, dt.datetime], Part]:
    """Add a part, as a decorator. It is given the booking and the moment."""
    _sections.append(section)
    return section


def parts(booking: Booking, at: dt.datetime) -> list[Part]:
    return [section(booking, at) for section in _sections]
