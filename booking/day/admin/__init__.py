"""The day in the staff tool: its settings; its pages are in `views`."""

from booking.day.admin import nap_rules

__all__ = ["nap_rules"]
