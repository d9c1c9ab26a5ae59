"""What the frame of the staff tool shows around every page."""

import dataclasses
import datetime as dt
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from azukari import help
from azukari.navigation import Group, get_nav
from azukari.watch import state
from records.models import CareNeed, Facility

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Group]:
    request = context.get("request")
    return get_nav(request) if request is not None else []


@register.simple_tag(takes_context=True)
def open_alerts(context: Context) -> list[state.Shown]:
    """What somebody must look at now; nothing for who does not answer for it."""
    return state.open_alerts(context["request"])


@register.inclusion_tag("admin/_outages_part.html", takes_context=True)
def outages(context: Context) -> dict[str, Any]:
    """What befalls every facility, and whom a manager calls about it."""
    found = state.outages(context["request"].user)
    return {"outages": found, "center": Facility.objects.center().first() if found else None}


@register.simple_tag(takes_context=True)
def help_address(context: Context) -> str:
    """Where the manual explains the page that somebody stands on."""
    match = getattr(context.get("request"), "resolver_match", None)
    anchor = help.section_of(match.url_name or "") if match else ""
    return reverse("admin:help") + (f"#{anchor}" if anchor else "")


@dataclasses.dataclass(frozen=True)
class Left:
    """Of an open operation: whole seconds, and the minutes begun."""

    seconds: int

    @property
    def minutes(self) -> int:
        return -(-self.seconds // 60)


@register.simple_tag(takes_context=True)
def opening_left(context: Context, ends_at: dt.datetime) -> Left:
    return Left(max(int((ends_at - context["request"].context.at).total_seconds()), 0))


@register.simple_tag
def idle_seconds() -> int:
    """After how long without an act a page gives way to the door."""
    return settings.IDLE_MINUTES * 60


@register.simple_tag
def labelled_cell(cell: str, headers: list[dict[str, Any]], index: int) -> SafeString:
    """A cell of a list that knows its column's name, which a card on a narrow screen shows.

    Django hands over the finished `<td>`; both it and the header come escaped or are escaped here.
    """
    label = conditional_escape(headers[index]["text"])
    return mark_safe(cell.replace("<td", f'<td data-label="{label}"', 1))  # noqa: S308


@register.simple_tag
def need_form(need: CareNeed, today: dt.date) -> str:
    """The state of the doctor's form today, in words."""
    return str(need.form_on(today).label)
