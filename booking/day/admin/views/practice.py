"""練習モード: what to try, step by step."""

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.day.practice import steps_of
from records import rules
from records.admin.views.gate import StaffRequest, only


@require_safe
@only(rules.works_with_children)
def practice(request: StaffRequest) -> HttpResponse:
    """There is no such page where the families are real."""
    if not settings.PRACTICE:
        raise Http404
    steps = steps_of(request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("練習の手順"),
        "steps": steps,
        "minutes": sum(step.minutes for step, _is_done in steps),
        "left": sum(not is_done for _step, is_done in steps),
    }
    return render(request, "day/staff/practice.html", context)
