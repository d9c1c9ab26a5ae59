"""Refusing what the center has closed. Asked at the step itself, so a form opened before is too."""

import datetime as dt
import functools
from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from records.enums import Function
from records.models import Facility, ServiceStop
from records.refusals import Refused

View = Callable[..., HttpResponse]


class ServiceStopped(Refused):
    """The center has closed this: its notice is the reason, the telephone the way on."""

    def __init__(self, stop: ServiceStop, way_on: str) -> None:
        super().__init__(stop)
        self.stop = stop
        self.reason = stop.notice
        self.way_on = way_on


def refuse(function: Function, *, at: dt.datetime, facility_id: int | None = None) -> None:
    """Raise ServiceStopped while `function` is closed for the ward or for the facility.

    One query; two more for the telephone numbers when it is.
    """
    refuse_by(ServiceStop.objects.in_force(at).of(function, facility_id), facility_id)


def refuse_by(found: Iterable[ServiceStop], facility_id: int | None) -> None:
    """The same by what closes a function now; the latest says why."""
    for stop in sorted(found, key=lambda each: each.starts_at, reverse=True):
        raise ServiceStopped(stop, way_on(facility_id))


def is_closed(function: Function, *, at: dt.datetime, facility_id: int) -> bool:
    """Whether `function` is closed for the ward or for the facility."""
    return ServiceStop.objects.in_force(at).of(function, facility_id).exists()


def in_force(at: dt.datetime, functions: Iterable[Function] = ()) -> list[ServiceStopped]:
    """What is closed now, all of it or of some functions, as it would be refused."""
    found = ServiceStop.objects.in_force(at).select_related("facility")
    if functions:
        found = found.filter(function__in=functions)
    return [ServiceStopped(stop, way_on(stop.facility_id)) for stop in found]


def way_on(facility_id: int | None = None) -> str:
    """Whom to telephone: the facility at issue, or all, and the center; with numbers, if known."""
    facilities = Facility.objects.exclude(phone="")
    if facility_id is not None:
        facilities = facilities.filter(pk=facility_id) | facilities.filter(capacity=None)
    numbers = [f"{facility.name} {facility.phone}" for facility in facilities]
    if not numbers:
        return _("お急ぎのときは、施設またはセンターへお電話ください。")
    return _("お急ぎのときは、お電話ください：%(numbers)s") % {"numbers": _("、").join(numbers)}


def stoppable(function: Function) -> Callable[[View], View]:
    """Answer a sent form with the notice while `function` is closed; the page itself opens."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "POST":
                try:
                    refuse(function, at=request.context.at)  # type: ignore[attr-defined]
                except ServiceStopped as refusal:
                    return render(request, "stopped.html", {"refusal": refusal}, status=403)
            return view(request, *args, **kwargs)

        return guarded

    return wrap
