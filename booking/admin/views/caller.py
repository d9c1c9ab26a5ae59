"""What the pages share on which staff book for a caller."""

import datetime as dt
import functools
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking import callers
from booking.callers import Caller
from booking.enums import Channel
from booking.phone import CHANNELS, WITH_PAPER
from history import clock
from records import rules
from records.admin.views import readings
from records.admin.views.gate import StaffRequest

PURPOSE = "booking"
Period = tuple[dt.datetime, dt.datetime]
OVER = gettext_lazy(
    "照会してから30分が過ぎたため、画面を閉じました。もう一度照会してください。予約はそのままです。"
)


def with_caller(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Call the view with the child that the person themselves looked up; when that is too long ago,
    begin again at `page`. That the name was shown is in the ledger."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def found(request: StaffRequest, number: uuid.UUID, **rest: Any) -> HttpResponse:
            caller = callers.caller_of(number)
            if caller is None:
                messages.warning(request, str(OVER))
                return redirect(page)
            record_names(request, [caller.child.pk])
            return view(request, caller, **rest)

        return found

    return decorate


def record_names(request: StaffRequest, children: Sequence[uuid.UUID]) -> None:
    readings.viewed(request, PURPOSE, "records.child", children, children, ["name"])


def channels_for(request: StaffRequest) -> Sequence[Channel]:
    """The ways of booking that somebody may choose; paper is for who answers for a facility."""
    return WITH_PAPER if rules.manages(request.user) else CHANNELS


def channel_of(request: StaffRequest) -> Channel:
    """How the family reached us, as the address says; by telephone unless it says otherwise."""
    asked = request.GET.get("channel", "")
    return Channel(asked) if asked in channels_for(request) else Channel.PHONE


def heard_by(request: StaffRequest) -> Channel:
    """How the family answered: with the paper at hand, at the counter."""
    channel = channel_of(request)
    return Channel.COUNTER if channel == Channel.PAPER else channel


def context_of(request: StaffRequest, caller: Caller, **values: object) -> dict[str, object]:
    """What every one of these pages shows."""
    return {
        **admin.site.each_context(request),
        "title": _("電話予約"),
        "caller": caller,
        "channel": channel_of(request),
        "again": "admin:phone",
        **values,
    }


def query_of(request: StaffRequest, period: Period | None = None) -> str:
    """The channel, and the time asked for, for the next address."""
    asked = {"channel": channel_of(request).value}
    if period:
        start, end = (clock.local(moment) for moment in period)
        asked |= {"day": f"{start:%Y-%m-%d}", "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    return urlencode(asked)


def address_of_places(request: StaffRequest, caller: Caller, period: Period | None = None) -> str:
    """The places again, at the same time."""
    address = reverse("admin:phone_places", args=[caller.look_up])
    return f"{address}?{query_of(request, period)}"
