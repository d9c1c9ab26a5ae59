"""Tables rendered once per change, for the page, the live fragment and every visitor alike."""

from typing import cast

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from booking.availability import Week
from records.models import Facility

KEPT_SECONDS = 600


def availability_tag(facility: Facility, week: Week) -> str:
    """Equal as long as the table reads the same: cache key and ETag in one."""
    return f"{facility.code}-{week.digest}-{get_language()}"


def availability(facility: Facility, week: Week) -> SafeString:
    """The table of a week, in the language in force."""
    html = cache.get_or_set(
        f"availability-{availability_tag(facility, week)}",
        lambda: str(
            render_to_string(
                "booking/_availability_table.html", {"facility": facility, "week": week}
            )
        ),
        KEPT_SECONDS,
    )
    return mark_safe(cast("str", html))  # noqa: S308  rendered by our own template
