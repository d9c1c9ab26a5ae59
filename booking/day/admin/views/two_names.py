"""What two must have looked at: a name put down by a tap, or beside an open screen by PIN."""

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


def put_down(request: StaffRequest, act: Callable[[User], None]) -> HttpResponse | None:
    """Have it done by whoever has the screen, or by the colleague who gives the PIN.

    Messages say why not; a page is returned only where the PIN was wrong once too often.
    """
    try:
        if "colleague" in request.POST:
            _by_pin(request, act)
        else:
            act(request.user)
    except Locked as refusal:
        return door.locked(request, refusal)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return None


def _by_pin(request: StaffRequest, act: Callable[[User], None]) -> None:
    colleagues = terminal_book.colleagues_of(request.user, request.terminal, at=request.context.at)
    form = WitnessForm(request.POST, colleagues=colleagues)
    if not form.is_valid():
        messages.error(
            request, _("一緒に確かめた職員を選び、その職員のPIN（数字6桁）を入力してください。")
        )
        return
    given = form.cleaned_data
    with sign_ins.witness(
        sign_in=given["colleague"], pin=given["pin"], context=request.context
    ) as user:
        act(user)
