"""読み合わせ, from the care card: the own name by a tap, a colleague's by the colleague's PIN."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.models import Booking
from day.actions import joint_readings
from day.day_sheet import row_of
from day.models import JointReading
from records import rules, terminal_book
from records.actions import sign_ins
from records.admin.forms_sign_in import WitnessForm
from records.admin.views import door
from records.admin.views.gate import StaffRequest, only
from records.models import Child, User
from records.refusals import Refused
from records.refusals_sign_in import Locked


@require_POST
@only(rules.gives_care_on_site)
def read(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Of whoever has the screen."""
    booking, child = _stay(request, number)
    _say(request, _read(request, booking, child, request.user))
    return redirect("admin:care_card", number)


@require_POST
@only(rules.gives_care_on_site)
def witness(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Of somebody else who has signed in here today."""
    booking, child = _stay(request, number)
    at = request.context.at
    colleagues = terminal_book.colleagues_of(request.user, request.terminal, at=at)
    form = WitnessForm(request.POST, colleagues=colleagues)
    if not form.is_valid():
        messages.error(
            request, _("一緒に読んだ職員を選び、その職員のPIN（数字6桁）を入力してください。")
        )
        return redirect("admin:care_card", number)
    try:
        with sign_ins.witness(
            sign_in=form.cleaned_data["colleague"],
            pin=form.cleaned_data["pin"],
            context=request.context,
        ) as user:
            reading = _read(request, booking, child, user)
    except Locked as refusal:
        return door.locked(request, refusal)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        _say(request, reading)
    return redirect("admin:care_card", number)


def _stay(request: StaffRequest, number: uuid.UUID) -> tuple[Booking, Child]:
    """Not found where the booking is not the facility's, or its lease of the child is over."""
    booking = get_object_or_404(Booking.objects.visible_to(request.user), pk=number)
    child = row_of(user=request.user, booking=booking, at=request.context.at).child
    if child is None:
        raise Http404
    return booking, child


def _read(request: StaffRequest, booking: Booking, child: Child, by: User) -> JointReading:
    return joint_readings.read(booking=booking, child=child, by=by, at=request.context.at)


def _say(request: StaffRequest, reading: JointReading) -> None:
    if reading.is_complete:
        messages.success(request, _("二人で読み合わせました。"))
    else:
        messages.success(request, _("読んだことを記録しました。もう一人の確認を待っています。"))
