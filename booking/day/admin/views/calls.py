"""Noting on the day's list that somebody rang about a child."""

import functools
import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.day.actions import day_calls
from booking.day.admin.views.rows import booking_of, mistyped, tap
from booking.day.day_sheet import row_of
from booking.day.forms_calls import DayCallForm
from records import rules
from records.admin.views.gate import StaffRequest, only


@require_POST
@only(rules.gives_care_on_site)
def day_call(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    booking = booking_of(request, number)
    row = row_of(user=request.user, booking=booking, at=request.context.at)
    form = DayCallForm(request.POST, phones=row.phones)
    if not form.is_valid():
        return mistyped(request, booking, form)
    done = functools.partial(
        day_calls.note,
        booking=booking,
        phone=form.phone,
        answer=form.cleaned_data["answer"],
        words=form.cleaned_data["note"],
        by=request.user,
        at=request.context.at,
    )
    return tap(request, booking, done, _("%(child)s さんについての電話を記録しました。"))
