"""Filters and tags of the whole site; loaded into every template."""

import datetime as dt

from django import template
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils import formats
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from azukari.held_back import Protection, protection_of
from booking import closure_sheet, tables, wording
from booking.availability import Week
from booking.models import Closure
from cms import queries as pages
from history import clock
from records import beginnings, stops
from records.dates import WEEKDAYS, era_date
from records.enums import Function
from records.models import Child, Facility, Opening

register = template.Library()

PUBLIC_URLS = "azukari.urls_public"


@register.simple_tag
def public_url(name: str, *args: object) -> str:
    """The address of a public page, also from the staff entry, whose own table lacks it."""
    return reverse(name, args=args, urlconf=PUBLIC_URLS)


@register.simple_tag
def practice() -> bool:
    """Whether the families are invented, to practise with."""
    return settings.PRACTICE


@register.simple_tag
def site_pages() -> dict[str, pages.Landmark]:
    """Where the pages are that every page leads to: `facilities`, `guide`, `booking`."""
    return pages.landmarks()


@register.simple_tag(takes_context=True)
def protection(context: template.Context, child: Child | None) -> Protection | None:
    """The control for readings that parents are not told of yet; None for who may not choose."""
    return protection_of(context["request"], child)


@register.simple_tag
def availability_table(facility: Facility, week: Week) -> SafeString:
    """The table of free places, out of the cache while nothing in it changed."""
    return tables.availability(facility, week)


@register.simple_tag
def stops_in_force(functions: str = "") -> list[stops.ServiceStopped]:
    """What the center has closed now; `functions` are names with commas between, empty for all."""
    wanted = [Function(name) for name in functions.split(",") if name]
    return stops.in_force(clock.now(), wanted)


@register.simple_tag
def openings_ahead(facility: Facility | str = "") -> list[Opening]:
    """What begins later, at a facility or in the whole ward, the soonest first."""
    return beginnings.ahead(clock.now(), facility if isinstance(facility, Facility) else None)


@register.simple_tag
def closures_announced(facility: Facility | str = "") -> list[Closure]:
    """The closures to come that are decided, of one facility or of all."""
    number = facility.pk if isinstance(facility, Facility) else None
    return closure_sheet.announced(clock.now(), number)


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """11月14日（土）; Sat 14 Nov."""
    return _written(value, japanese="{0.month}月{0.day}日（{1}）", english="D j M")


@register.filter
def long_day(value: dt.date | dt.datetime | None) -> str:
    """2026年11月14日（土）, where the year matters; Sat 14 Nov 2026."""
    return _written(value, japanese="{0.year}年{0.month}月{0.day}日（{1}）", english="D j M Y")


@register.filter
def era_day(value: dt.date | None) -> str:
    """令和8年11月14日; in English the plain date."""
    if value is None:
        return ""
    return era_date(value) if _is_japanese() else formats.date_format(value, "j M Y")


@register.filter
def hour(value: dt.datetime | dt.time | None) -> str:
    """9:30, on Tokyo's wall clock."""
    if value is None:
        return ""
    time = clock.local(value) if isinstance(value, dt.datetime) else value
    return f"{time.hour}:{time.minute:02}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """11月14日（土）9:30."""
    if value is None:
        return ""
    return f"{day(value)}{'' if _is_japanese() else ' '}{hour(value)}"


@register.filter
def short_day(value: dt.date) -> str:
    """11/14; 14 Nov. For the heads of narrow columns."""
    return _written(value, japanese="{0.month}/{0.day}", english="j M")


@register.filter
def weekday(value: dt.date) -> str:
    """土; Sat."""
    index = value.weekday()
    return WEEKDAYS[index] if _is_japanese() else str(WEEKDAYS_ABBR[index])


@register.filter
def places(left: int) -> str:
    """あと3人."""
    return gettext("あと%(left)s人") % {"left": left}


@register.filter
def yen(amount: int | None) -> str:
    """1,500円."""
    if amount is None:
        return ""
    return gettext("%(amount)s円") % {"amount": intcomma(amount, use_l10n=False)}


@register.filter
def lines(texts: list[str]) -> SafeString:
    """Each on a line of its own."""
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts))


register.filter("rule_age", wording.age)
register.filter("rule_window", wording.window)
register.filter("rule_cut_off", wording.cut_off)
register.filter("rule_cancel", wording.cancelling)
register.filter("prices", wording.prices)
register.filter("charged_time", wording.charged_time)


def _is_japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


def _written(value: dt.date | dt.datetime | None, *, japanese: str, english: str) -> str:
    if value is None:
        return ""
    date = clock.local(value).date() if isinstance(value, dt.datetime) else value
    if _is_japanese():
        return japanese.format(date, WEEKDAYS[date.weekday()])
    return formats.date_format(date, english)
