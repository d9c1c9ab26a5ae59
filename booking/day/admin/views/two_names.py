"""What two must have looked at: the second name beside an open screen, by its bearer's PIN."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from records import terminal_book
from records.actions import sign_ins
from records.admin.forms_sign_in import WitnessForm
from records.admin.views import door
from records.admin.views.gate import StaffRequest
from records.models import User
from records.refusals import Refused
from records.refusals_sign_in import Locked


def act_as_witness(request: StaffRequest, act: Callable[[User], None]) -> HttpResponse | None:
    """Have the colleague who gives the PIN do it.

    Messages say why not; a page is returned only where the PIN was wrong once too often.
    """
    at = request.context.at
    colleagues = terminal_book.colleagues_of(request.user, request.terminal, at=at)
    form = WitnessForm(request.POST, colleagues=colleagues)
    if not form.is_valid():
        messages.error(
            request, _("一緒に確かめた職員を選び、その職員のPIN（数字6桁）を入力してください。")
        )
        return None
    given = form.cleaned_data
    try:
        with sign_ins.witness(
            sign_in=given["colleague"], pin=given["pin"], context=request.context
        ) as user:
            act(user)
    except Locked as refusal:
        return door.locked(request, refusal)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return None
