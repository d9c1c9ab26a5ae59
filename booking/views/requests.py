"""Booking in two steps: fill in, which holds the seats, and confirm (`holds`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import family, queries, rulebook
from booking.actions import holds, tickets
from booking.actions.promises import Refusal
from booking.alternatives import Alternative, alternatives, is_curable, lines_to_join
from booking.forms import BookingForm
from booking.models import Release
from booking.refusals import KeyReused
from booking.views import times
from booking.views.family import LAST_CHILD
from history import clock
from records import dates, drafts
from records.models import Facility, Household
from records.refusals import Refused
from records.views.family import FamilyRequest, with_household


@drafts.shows_draft
@with_household
@require_http_methods(["GET", "HEAD", "POST"])
@rulebook.reading_once()
def new(request: FamilyRequest, household: Household, code: str) -> HttpResponse:
    """The form, filled in from the cell of the table that was chosen; a POST holds the seats."""
    facility = queries.bookable_facility(code)
    if facility is None:
        raise Http404
    data = drafts.posted(request)
    if data is None:
        return _show(request, facility, _form(request, household, facility, asked=request.GET))
    form = _form(request, household, facility, data=data)
    if not form.is_valid() or request.method != "POST":
        return _show(request, facility, form)
    wishes = form.wishes(facility)
    draw = family.draw_of(facility, [wish.day for wish in wishes], request.context.at)
    if draw is not None:
        return _ask(request, facility, form, draw)
    try:
        answer = holds.hold(
            wishes=wishes,
            accepts=form.cleaned_data["accepts"],
            by=request.user,
            at=request.context.at,
            key=form.cleaned_data["key"],
        )
    except Refused as refusal:
        return _show(request, facility, form, refusal)
    if answer.request is None:
        return _refuse(request, facility, form, answer.refusals)
    return redirect(answer.request)


def _ask(
    request: FamilyRequest, facility: Facility, form: BookingForm, draw: Release
) -> HttpResponse:
    """The wishes go to the family's ticket, and nobody's place depends on the minute."""
    wishes = form.wishes(facility)
    try:
        ticket = tickets.ask(
            release=draw,
            wishes=wishes,
            accepts=form.cleaned_data["accepts"] if len(wishes) > 1 else None,
            by=request.user,
            at=request.context.at,
        )
    except Refused as refusal:
        return _show(request, facility, form, refusal)
    messages.success(request, _("抽選の申込みに加えました。"))
    return redirect(ticket)


def _refuse(
    request: FamilyRequest, facility: Facility, form: BookingForm, refusals: Sequence[Refusal]
) -> HttpResponse:
    """Of a single wish the refusal with what may be had instead; of several each reason."""
    if len(refusals) > 1 or len(form.wishes(facility)) > 1:
        others = lines_to_join((each.wish, each.error) for each in refusals)
        return _show(request, facility, form, refusals=refusals, others=others)
    wish, error = refusals[0].wish, refusals[0].error
    others = alternatives(wish, at=request.context.at) if is_curable(error) else []
    return _show(request, facility, form, error, others=others)


def _form(
    request: FamilyRequest,
    household: Household,
    facility: Facility,
    *,
    data: Mapping[str, Any] | None = None,
    asked: Mapping[str, Any] | None = None,
) -> BookingForm:
    """Bound to `data`, or unbound and begun from what was `asked` for in the address."""
    at = request.context.at
    offered = times.Offered(facility, data or asked or {}, at)
    candidates = family.candidates(household, offered.day, clock.local(at).date(), facility)
    form = BookingForm(data, candidates=candidates, **offered.choices(), initial={})
    if asked is not None:
        free = [str(each.child.pk) for each in candidates if not each.refusal]
        last = asked.get("child") or request.session.get(LAST_CHILD)
        chosen = [last] if last in free else free if len(free) == 1 else []
        form.initial = {"child": chosen, **times.initial(offered.day, asked, offered.hours)}
    return form


def _show(
    request: FamilyRequest,
    facility: Facility,
    form: BookingForm,
    refusal: Refused | None = None,
    refusals: Sequence[Refusal] = (),
    others: Sequence[Alternative] = (),
) -> HttpResponse:
    if isinstance(refusal, KeyReused):
        form.renew_key()
    can_book = any(not each.refusal for each in form.candidates.values())
    day = dates.parse_day_of_address(str(form["day"].value() or ""))
    draw = family.draw_of(facility, [day] if day else [], request.context.at)
    values = {"facility": facility, "form": form, "can_book": can_book, "draw": draw}
    values |= {"refusal": refusal, "refusals": refusals, "others": others}
    return render(request, "booking/booking_form.html", values)
