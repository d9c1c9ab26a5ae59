"""キャンセル待ち for a family: joining, the place in the line, answering an offer, leaving."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import family, queries
from booking.actions import waitings
from booking.forms import ChildrenForm
from booking.models import Waiting
from booking.views import times
from booking.views.family import LAST_CHILD
from booking.wording import promised
from history import clock
from records import drafts
from records.models import Facility, Household
from records.refusals import Refused
from records.views.family import FamilyRequest, with_household


@drafts.shows_draft
@with_household
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: FamilyRequest, household: Household, code: str) -> HttpResponse:
    """The time that was full, to be waited for; a POST joins the line."""
    facility = queries.bookable_facility(code)
    if facility is None:
        raise Http404
    refusal = None
    form = _form(request, household, facility)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.period_on(form.cleaned_data["day"])
        try:
            joined = waitings.join(
                children=form.cleaned_data["child"],
                facility=facility,
                starts_at=starts_at,
                ends_at=ends_at,
                by=request.user,
                at=request.context.at,
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("キャンセル待ちを受け付けました。確認のメールを送ります。"))
            return redirect(joined)
    day = form.initial.get("day") or request.POST.get("day", "")
    rule = times.rule_of(facility, day, request.context.at)
    values = {"facility": facility, "form": form, "refusal": refusal, "rule": rule}
    return render(request, "booking/waiting_form.html", values)


@require_safe
def detail(request: FamilyRequest, waiting_id: uuid.UUID) -> HttpResponse:
    """The place in the line and why; or what is offered, until when, and what it costs."""
    waiting = _own(request, waiting_id)
    place = queries.place_in_line(waiting.pk) if waiting.is_open else None
    lines = waitings.quoted(waiting, at=request.context.at) if waiting.is_offered else []
    quotes = [line.quote for line in lines if line.quote]
    values = {
        "waiting": waiting,
        "place": place,
        "lines": lines,
        "total": sum(q.amount for q in quotes) if quotes and len(quotes) == len(lines) else None,
        "rule": times.rule_of(waiting.facility, waiting.day.isoformat(), request.context.at),
    }
    return render(request, "booking/waiting_detail.html", values)


@require_POST
def accept(request: FamilyRequest, waiting_id: uuid.UUID) -> HttpResponse:
    waiting = _own(request, waiting_id)
    try:
        booked = waitings.accept(waiting=waiting, by=request.user, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(waiting)
    messages.success(request, promised(booked))
    return redirect(booked[0] if len(booked) == 1 else booked[0].request)


@require_POST
def leave(request: FamilyRequest, waiting_id: uuid.UUID) -> HttpResponse:
    """Out of the line, or no to what is offered."""
    waiting = _own(request, waiting_id)
    waitings.withdraw(waiting=waiting, by=request.user, at=request.context.at)
    messages.success(request, _("キャンセル待ちを取りやめました。"))
    return redirect(waiting)


def _own(request: FamilyRequest, waiting_id: uuid.UUID) -> Waiting:
    waiting = family.waiting_of(request.user, waiting_id)
    if waiting is None:
        raise Http404
    return waiting


def _form(request: FamilyRequest, household: Household, facility: Facility) -> ChildrenForm:
    """Bound to what was sent, or begun from what the address asks for."""
    at = request.context.at
    data, asked = drafts.posted(request), request.GET
    offered = times.Offered(facility, asked if data is None else data, at)
    candidates = family.candidates(household, offered.day, clock.local(at).date(), facility)
    if data is not None:
        return ChildrenForm(data, candidates=candidates, **offered.choices())
    free = [str(each.child.pk) for each in candidates if not each.refusal]
    wanted = asked.getlist("child") or [request.session.get(LAST_CHILD, "")]
    chosen = [number for number in wanted if number in free] or (free if len(free) == 1 else [])
    initial = {"child": chosen, **times.initial(offered.day, asked, offered.hours)}
    return ChildrenForm(candidates=candidates, **offered.choices(), initial=initial)
