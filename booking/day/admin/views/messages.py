"""What a family said on the day: the answer, and the call back before somebody new may come."""

import uuid

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.day.actions import messages as day_messages
from booking.day.family_day import SAID
from booking.day.forms_family import CallBackForm, ReplyForm
from booking.day.models import LateNotice, PickUpChange
from booking.models import Booking
from history import actions as history
from history.enums import Act
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused

PURPOSE = "care"
FIELDS = ("name", "phone", "pick_up_people")


@require_safe
@only(rules.works_with_children)
def messages_page(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    return _page(request, _booking(request, number))


@require_POST
@only(rules.gives_care_on_site)
def reply_late(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    return _reply(request, number, "late_notice")


@require_POST
@only(rules.gives_care_on_site)
def reply_pick_up(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    return _reply(request, number, "pick_up_change")


@require_POST
@only(rules.gives_care_on_site)
def call_back(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """折り返し電話で確認しました."""
    booking = _booking(request, number)
    change = getattr(booking, "pick_up_change", None)
    if change is None:
        raise Http404
    form = CallBackForm(request.POST, numbers=day_messages.known_numbers(booking))
    if not form.is_valid():
        return _page(request, booking, call_form=form)
    try:
        day_messages.confirm_by_call(
            change=change, by=request.user, at=request.context.at, **form.cleaned_data
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("確認を記録しました。お迎えの人として選べます。"))
    return redirect("admin:messages", number)


def _reply(request: StaffRequest, number: uuid.UUID, kind: str) -> HttpResponse:
    booking = _booking(request, number)
    message: LateNotice | PickUpChange | None = getattr(booking, kind, None)
    if message is None:
        raise Http404
    form = ReplyForm(request.POST, auto_id=f"{kind}_%s")
    if not form.is_valid():
        return _page(request, booking, **{FORMS[kind]: form})
    try:
        day_messages.reply(
            message=message, seen=form.cleaned_data["seen"], words=form.reply, by=request.user,
            at=request.context.at,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("返事を送りました。"))
    return redirect("admin:messages", number)


FORMS = {"late_notice": "late_form", "pick_up_change": "pick_up_form"}


def _booking(request: StaffRequest, number: uuid.UUID) -> Booking:
    found = Booking.objects.visible_to(request.user).select_related("facility", *SAID)
    return get_object_or_404(found, pk=number)


def _page(
    request: StaffRequest, booking: Booking, **bound: ReplyForm | CallBackForm
) -> HttpResponse:
    late = getattr(booking, "late_notice", None)
    pick_up = getattr(booking, "pick_up_change", None)
    awaits_call = pick_up is not None and pick_up.awaits_call
    numbers = day_messages.known_numbers(booking) if awaits_call else {}
    history.record(
        Act.VIEW,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        object_ids=[booking.pk],
        child_ids=[booking.child_id],
        fields=FIELDS,
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("保護者からの連絡"),
        "booking": booking,
        "late": late,
        "pick_up": pick_up,
        "numbers": numbers,
        "replies": rules.gives_care_on_site(request.user),
        "late_form": _reply_form(late, "late_notice"),
        "pick_up_form": _reply_form(pick_up, "pick_up_change"),
        "call_form": CallBackForm(
            numbers=numbers, initial={"seen": pick_up.seen if pick_up else ""}, auto_id="call_%s"
        ),
        **bound,
    }
    return render(request, "day/staff/messages.html", context)


def _reply_form(message: LateNotice | PickUpChange | None, kind: str) -> ReplyForm:
    return ReplyForm(initial={"seen": message.seen if message else ""}, auto_id=f"{kind}_%s")
