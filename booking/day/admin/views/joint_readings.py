"""読み合わせ, from the care card: the own name by a tap, a colleague's by the colleague's PIN."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.day.actions import joint_readings
from booking.day.admin.views.two_names import put_down
from booking.day.day_sheet import row_of
from booking.models import Booking
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.models import User


@require_POST
@only(rules.gives_care_on_site)
def read(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Of whoever has the screen."""
    return put_down(request, _reading(request, number)) or redirect("admin:care_card", number)


def _reading(request: StaffRequest, number: uuid.UUID) -> Callable[[User], None]:
    """Not found where the booking is not the facility's, or its lease of the child is over."""
    booking = get_object_or_404(Booking.objects.visible_to(request.user), pk=number)
    child = row_of(user=request.user, booking=booking, at=request.context.at).child
    if child is None:
        raise Http404

    def read_by(user: User) -> None:
        reading = joint_readings.read(booking=booking, child=child, by=user, at=request.context.at)
        if reading.is_complete:
            messages.success(request, _("二人で読み合わせました。"))
        else:
            messages.success(request, _("読んだことを記録しました。もう一人の確認を待っています。"))

    return read_by
