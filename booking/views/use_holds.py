"""予約の停止: why a family can't book for a while, and its own words against it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking import family
from booking.actions import use_holds
from booking.forms_conduct import AppealForm
from records.refusals import Refused
from records.views.family import FamilyRequest


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: FamilyRequest, hold_id: uuid.UUID) -> HttpResponse:
    """The absences, from when to when, and what became of the appeal; a POST appeals, once."""
    hold = family.use_hold_of(request.user, hold_id)
    if hold is None:
        raise Http404
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            use_holds.appeal(hold=hold, words=form.cleaned_data["words"], at=request.context.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("異議をお受けしました。お返事をこの画面に書きます。"))
        return redirect("booking:use_hold", hold.pk)
    values = {"hold": hold, "form": form, "absences": use_holds.counted(hold.booking)}
    return render(request, "booking/use_hold.html", values)
