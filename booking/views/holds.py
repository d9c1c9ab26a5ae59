"""A request's own page: everything once more in words while the seats are held, then its answer."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking import family
from booking.actions import holds
from booking.models import BookingRequest
from booking.wording import promised
from records.refusals import Refused
from records.views.family import FamilyRequest

Act = Callable[[FamilyRequest, BookingRequest], HttpResponse]


@require_safe
def detail(request: FamilyRequest, request_id: uuid.UUID) -> HttpResponse:
    """Held: to be confirmed. Booked: what was booked and what was not. Over: the way back."""
    own = _own(request, request_id)
    asked = family.asked(own, request.context.at)
    if asked.booked:
        return render(request, "booking/request_done.html", {"asked": asked})
    if not asked.held:
        return render(request, "booking/request_over.html", {"asked": asked})
    lines = holds.lines(own, asked.held)
    quotes = [line.quote for line in lines if line.quote]
    total = sum(quote.amount for quote in quotes) if len(quotes) == len(lines) else None
    values = {"asked": asked, "lines": lines, "total": total}
    return render(request, "booking/request_confirm.html", values)


@require_POST
def confirm(request: FamilyRequest, request_id: uuid.UUID) -> HttpResponse:
    own = _own(request, request_id)
    try:
        booked = holds.confirm(request=own, by=request.user, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(own)
    messages.success(request, promised(booked))
    return redirect(booked[0] if len(booked) == 1 and not own.unmet.exists() else own)


@require_POST
def extend(request: FamilyRequest, request_id: uuid.UUID) -> HttpResponse:
    own = _own(request, request_id)
    try:
        holds.extend(request=own, by=request.user, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("席をお取りする時間をのばしました。"))
    return redirect(own)


@require_POST
def let_go(request: FamilyRequest, request_id: uuid.UUID) -> HttpResponse:
    """Back to the form, with the seats given back."""
    own = _own(request, request_id)
    back = family.asked(own, request.context.at).address_of_form
    holds.let_go(request=own, by=request.user, at=request.context.at)
    return redirect(back)


def _own(request: FamilyRequest, request_id: uuid.UUID) -> BookingRequest:
    own = family.request_of(request.user, request_id)
    if own is None:
        raise Http404
    return own
