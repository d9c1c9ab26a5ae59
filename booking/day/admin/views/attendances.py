"""The two taps of a carer's day, and how each is taken back."""

import functools
import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.actions import attendances
from booking.day.admin.views.rows import booking_of, mistyped, tap
from booking.day.day_sheet import arrival_of
from booking.day.forms import ArrivalForm, DepartureForm, UndoForm
from booking.models import Booking
from records import rules
from records.admin.views.gate import StaffRequest, only


@require_POST
@only(rules.gives_care_on_site)
def arrive(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """受け入れ."""
    booking = booking_of(request, number)
    form = ArrivalForm(request.POST, booking=booking, at=request.context.at)
    message = _("%(child)s さんを受け入れました。")
    return _record(request, booking, form, attendances.arrive, message)


@require_POST
@only(rules.gives_care_on_site)
def leave(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """お迎え."""
    booking = booking_of(request, number)
    came = arrival_of(booking)
    form = DepartureForm(request.POST, booking=booking, at=request.context.at, after=came)
    message = _("%(child)s さんのお迎えを記録しました。")
    return _record(request, booking, form, attendances.leave, message)


@require_POST
@only(rules.gives_care_on_site)
def undo_arrival(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The arrival was recorded for the wrong child."""
    message = _("%(child)s さんの受け入れを取り消しました。")
    return _take_back(request, number, attendances.undo_arrival, message)


@require_POST
@only(rules.gives_care_on_site)
def undo_departure(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The departure was recorded too early, or for the wrong child."""
    message = _("%(child)s さんのお迎えを取り消しました。")
    return _take_back(request, number, attendances.undo_departure, message)


def _record(
    request: StaffRequest,
    booking: Booking,
    form: ArrivalForm | DepartureForm,
    act: Callable[..., object],
    message: str,
) -> HttpResponse:
    if not form.is_valid():
        return mistyped(request, booking, form)
    done = functools.partial(
        act,
        booking=booking,
        by=request.user,
        at=form.moment,
        noted_at=request.context.at,
        **form.values,
    )
    return tap(request, booking, done, message)


def _take_back(
    request: StaffRequest, number: uuid.UUID, act: Callable[..., object], message: str
) -> HttpResponse:
    booking = booking_of(request, number)
    form = UndoForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = functools.partial(
        act, booking=booking, by=request.user, at=request.context.at, reason=reason
    )
    return tap(request, booking, done, message)
