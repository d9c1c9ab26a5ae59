"""Another time in place of a booking, which stays as it is until the new one is had."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import family
from booking.actions import bookings, requests
from booking.actions.bookings import Wish
from booking.alternatives import Alternative, alternatives, is_curable
from booking.forms import TimeForm
from booking.models import Booking
from booking.refusals import KeyReused
from booking.views import times
from history import clock
from records import drafts
from records.refusals import Refused
from records.views.family import FamilyRequest


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: FamilyRequest, booking_id: uuid.UUID) -> HttpResponse:
    """Day and time to choose; a POST changes the booking in one step."""
    booking = family.booking_of(request.user, booking_id)
    if booking is None:
        raise Http404
    refusal = None
    others: list[Alternative] = []
    form = _form(request, booking, drafts.posted(request))
    if request.method == "POST":
        if form.is_valid():
            starts_at, ends_at = form.period_on(form.cleaned_data["day"])
            try:
                changed = requests.change(
                    booking=booking,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    by=request.user,
                    at=request.context.at,
                    key=form.cleaned_data["key"],
                )
            except Refused as refused:
                refusal = refused
                wish = Wish(booking.child, booking.facility, starts_at, ends_at)
                if is_curable(refused):
                    others = alternatives(wish, at=request.context.at)
            else:
                messages.success(request, _("日時を変更しました。確認のメールを送ります。"))
                return redirect(changed)
        if isinstance(refusal, KeyReused):
            form.renew_key()
    elif not bookings.may_be_changed(booking, request.context.at):
        return redirect(booking)
    values = {
        "booking": booking, "form": form, "refusal": refusal, "others": others,
        "children": [booking.child_id],
    }  # fmt: skip
    return render(request, "booking/booking_change.html", values)


def _form(request: FamilyRequest, booking: Booking, sent: QueryDict | None) -> TimeForm:
    """Bound to what was sent, or begun with the booking as it is."""
    starts_at, ends_at = clock.local(booking.starts_at), clock.local(booking.ends_at)
    asked = sent or {"day": starts_at.date().isoformat()}
    offered = times.Offered(booking.facility, asked, request.context.at)
    now = {"start": f"{starts_at:%H:%M}", "end": f"{ends_at:%H:%M}"}
    initial = times.initial(offered.day, {}, []) | now
    return TimeForm(sent, **offered.choices(), initial=initial)
