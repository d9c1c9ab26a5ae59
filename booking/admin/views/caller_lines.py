"""What a caller waits for, or is offered: answered on the telephone, wherever it is."""

import dataclasses
import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking import callers
from booking.actions import holds, waitings
from booking.admin.views.caller import address_of_places, heard_by, record_names, with_caller
from booking.callers import Caller, Line
from booking.enums import WaitingState
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shown:
    """A line, and what is read aloud of an offer before it is answered: a price for each child."""

    line: Line
    prices: Sequence[holds.Line]


def shown(request: StaffRequest, caller: Caller) -> list[Shown]:
    """The lines of a caller. That the names of others in them were shown is in the ledger."""
    found = callers.lines_of(caller)
    others = {each.child.pk for line in found for each in line.children} - {caller.child.pk}
    if others:
        record_names(request, sorted(others))
    return [
        Shown(
            line=line,
            prices=waitings.quoted(line.waiting, at=request.context.at, callers=line.children)
            if line.waiting.is_offered and not line.missing
            else [],
        )
        for line in found
    ]


@require_POST
@only(rules.works_with_children)
@with_caller("admin:phone")
def answer(request: StaffRequest, caller: Caller, waiting_id: uuid.UUID) -> HttpResponse:
    """Yes to what is offered, or out of the line, as the family says on the telephone."""
    line = callers.line_of(caller, waiting_id)
    if line is None:
        raise Http404
    back = address_of_places(request, caller)
    if line.missing:
        messages.error(request, _("ごきょうだいも照会してから、お返事を記録してください。"))
        return redirect(back)
    waiting, at, channel = line.waiting, request.context.at, heard_by(request)
    if request.POST.get("answer") != "yes":
        left = waitings.withdraw(waiting=waiting, by=request.user, at=at, channel=channel)
        if left.state == WaitingState.BOOKED:
            messages.error(request, _("すでに予約になっています。下の一覧からキャンセルできます。"))
        else:
            messages.success(request, _("キャンセル待ちを取りやめました。"))
        return redirect(back)
    try:
        booked = waitings.accept(
            waiting=waiting, by=request.user, at=at, channel=channel, callers=line.children
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return redirect("admin:phone_done", caller.look_up, booked[0].request_id)
