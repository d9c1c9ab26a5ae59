"""施設確認待ち: requests that the facility confirms or declines, the one due first on top."""

import uuid

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions import approvals
from booking.enums import BookingState
from booking.forms_conduct import WordsForm
from booking.models import Booking
from history import actions as history
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused

PURPOSE = "booking"


@require_safe
@only(rules.works_with_children)
def awaiting(request: StaffRequest) -> HttpResponse:
    """Everything that waits for an answer, of all facilities that the reader works for."""
    return _page(request)


@require_POST
@only(rules.works_with_children)
def approve(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    booking = _booking(request, number)
    try:
        approvals.approve(booking=booking, by=request.user, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(child)s さんの予約を確定しました。ご家庭へ知らせます。")
        messages.success(request, words % {"child": booking.child_name})
    return redirect("admin:approvals")


@require_POST
@only(rules.works_with_children)
def decline(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """With a reason that the family reads; without one the page comes again."""
    booking = _booking(request, number)
    form = WordsForm(request.POST, prefix=str(booking.pk))
    if not form.is_valid():
        return _page(request, form)
    try:
        approvals.decline(
            booking=booking,
            reason=form.cleaned_data["words"],
            by=request.user,
            at=request.context.at,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(child)s さんの申し込みを、お受けできないと返事しました。")
        messages.success(request, words % {"child": booking.child_name})
    return redirect("admin:approvals")


def _booking(request: StaffRequest, number: uuid.UUID) -> Booking:
    return get_object_or_404(Booking.objects.visible_to(request.user), pk=number)


def _page(request: StaffRequest, wrong: WordsForm | None = None) -> HttpResponse:
    found = Booking.objects.visible_to(request.user).filter(state=BookingState.AWAITING)
    waiting = list(found.select_related("facility", "request").order_by("answer_until", "id"))
    history.record(
        Act.LIST,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        child_ids=[booking.child_id for booking in waiting],
        fields=["name", "phone"],
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("施設確認待ち"),
        "waiting": [(booking, _form_of(booking, wrong)) for booking in waiting],
        "several": len({booking.facility_id for booking in waiting}) > 1,
    }
    return render(request, "booking/staff/approvals.html", context)


def _form_of(booking: Booking, wrong: WordsForm | None) -> WordsForm:
    prefix = str(booking.pk)
    return wrong if wrong and wrong.prefix == prefix else WordsForm(prefix=prefix)
