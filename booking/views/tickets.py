"""A family's part in a draw: what it wishes, and what became of it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking import family, releases
from booking.actions import tickets
from booking.forms import TicketForm
from booking.models import Ticket
from booking.releases import Phase
from records.refusals import Refused
from records.views.family import FamilyRequest


@require_safe
def detail(request: FamilyRequest, ticket_id: uuid.UUID) -> HttpResponse:
    ticket = _own(request, ticket_id)
    gate = releases.gate(ticket.release, request.context.at)
    values = {
        "ticket": ticket,
        "release": ticket.release,
        "wishes": ticket.wishes.select_related("facility", "child"),
        "phase": gate.phase.value,
        "is_open": gate.phase == Phase.COLLECTING,
        "form": TicketForm(initial={"accepts": ticket.accepts, "is_hidden": ticket.is_hidden}),
    }
    return render(request, "booking/ticket.html", values)


@require_POST
def options(request: FamilyRequest, ticket_id: uuid.UUID) -> HttpResponse:
    ticket = _own(request, ticket_id)
    form = TicketForm(request.POST)
    if form.is_valid():
        try:
            tickets.set_options(ticket=ticket, at=request.context.at, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
    return redirect(ticket)


@require_POST
def take_back(request: FamilyRequest, ticket_id: uuid.UUID, wish_id: uuid.UUID) -> HttpResponse:
    ticket = _own(request, ticket_id)
    wish = ticket.wishes.filter(pk=wish_id).first()
    if wish is None:
        raise Http404
    try:
        tickets.take_back(wish=wish, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("希望を取り下げました。"))
    return redirect(ticket)


def _own(request: FamilyRequest, ticket_id: uuid.UUID) -> Ticket:
    own = family.ticket_of(request.user, ticket_id)
    if own is None:
        raise Http404
    return own
