"""The devices from which a parent logged in, and ending what was opened there."""

import uuid

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from history import clock
from records.actions import devices
from records.sessions.public import DEVICE
from records.views.family import FamilyRequest


@require_safe
def device_list(request: FamilyRequest) -> HttpResponse:
    known = list(request.user.devices.all())
    here = request.session.get(DEVICE)
    for device in known:
        device.is_here = str(device.pk) == here  # type: ignore[attr-defined]
        device.is_trusted = bool(  # type: ignore[attr-defined]
            device.trusted_until and device.trusted_until > clock.now()
        )
    return render(
        request,
        "records/device_list.html",
        {"devices": known, "has_others": any(str(device.pk) != here for device in known)},
    )


@require_POST
def device_forget(request: FamilyRequest, device_id: uuid.UUID) -> HttpResponse:
    device = get_object_or_404(request.user.devices, pk=device_id)
    is_here = request.session.get(DEVICE) == str(device.pk)
    if is_here:
        logout(request)
    devices.forget(device)
    name = device.name or _("不明な端末")
    messages.success(request, _("「%(name)s」をログアウトし、記録を消しました。") % {"name": name})
    return redirect("account_login" if is_here else "records:devices")


@require_POST
def devices_forget_others(request: FamilyRequest) -> HttpResponse:
    """End what is open anywhere but here."""
    devices.forget_others(user=request.user, keep=request.session.get(DEVICE))
    messages.success(request, _("ほかの端末からログアウトしました。"))
    return redirect("records:devices")
