"""児童相談・虐待対応: readings that parents don't read of until the center says so.

Who chooses that purpose reads single records under it for half an hour; each choice and each
release leaves an entry. The database lets nobody else write one (`history/walls.py`).
"""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from azukari.held_back import CHOSEN, LASTS, ReleaseForm
from history import actions as history
from history.enums import Act, Purpose
from records import rules
from records.admin.views import door
from records.admin.views.gate import StaffRequest, only
from records.models import Child


@require_POST
@only(rules.manages)
def purpose(request: StaffRequest) -> HttpResponse:
    """Choose the purpose, or go back to what each page is for."""
    begins = "begin" in request.POST
    if begins:
        until = request.context.at + LASTS
        request.session[CHOSEN] = {"by": request.user.pk, "until": until.isoformat()}
        messages.success(
            request, _("これから30分間の閲覧を「児童相談・虐待対応」として記録します。")
        )
    else:
        request.session.pop(CHOSEN, None)
        messages.success(request, _("閲覧の目的を、通常に戻しました。"))
    history.record(
        Act.PURPOSE,
        context=request.context,
        purpose=Purpose.PROTECTION if begins else "",
        path=request.path,
    )
    return redirect(door.next_of(request) or "admin:records_child_changelist")


@require_POST
@only(rules.is_center)
def release(request: StaffRequest, child_number: uuid.UUID) -> HttpResponse:
    """From now on the parents read of what was held back about this child so far."""
    child = get_object_or_404(Child.objects.visible_to(request.user), pk=child_number)
    form = ReleaseForm(request.POST)
    if form.is_valid():
        history.record(
            Act.RELEASE,
            context=request.context,
            purpose=form.cleaned_data["reason"],
            model=child._meta.label_lower,
            object_ids=[child.pk],
            child_ids=[child.pk],
            path=request.path,
        )
        messages.success(request, _("これまでの閲覧を、保護者の記録に表示しました。"))
    else:
        messages.error(request, _("開示する理由を選んでください。"))
    return redirect("admin:records_child_change", child.pk)


urlpatterns = [
    path("purpose/", purpose, name="purpose"),
    path("purpose/<uuid:child_number>/release/", release, name="release"),
]
