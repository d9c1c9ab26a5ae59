"""見守り: alerts, the seals of the ledger, and who read how much on a day."""

import datetime as dt
import uuid

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from azukari.watch import state
from azukari.watch.detection import days_of_reading
from history import actions as history
from history import alerts, clock
from history.enums import Act
from history.models import Entry
from records import dates, rules
from records.admin import people
from records.admin.views import door
from records.admin.views.gate import StaffRequest, only
from records.models import Facility, WatchRule


@require_safe
@only(rules.reviews)
def watch(request: StaffRequest) -> HttpResponse:
    """What was raised, how far the ledger is sealed, and the readings of a day by person."""
    if rules.manages(request.user):
        state.look(request.context.at)
    day = dates.parse_day_of_address(request.GET.get("day", "")) or clock.today()
    history.record(
        Act.LIST, context=request.context, purpose="review", model="history.alert",
        path=request.path,
    )  # fmt: skip
    found = state.alerts_of(request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("見守り"),
        "unseen": state.shown(found.unseen()),
        "seen": state.shown(found.exclude(seen_at=None)[: state.SEEN]),
        "chain": state.chain(),
        "day": day,
        # The day's list, which tells what is unusual, is closed to auditors.
        "readers": _readers(request, day) if rules.manages(request.user) else None,
        "may_mark": rules.manages(request.user),
    }
    return render(request, "admin/watch.html", context)


@require_POST
@only(rules.manages)
def see(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """確認: from now on it is out of the way, with the name of who looked."""
    alert = get_object_or_404(state.alerts_of(request.user), pk=number)
    alerts.see(alert, by=request.context.actor, at=request.context.at)
    messages.success(request, _("確認済にしました。"))
    return redirect(door.next_of(request) or "admin:watch")


@require_POST
@only(rules.manages)
def review(request: StaffRequest, actor: int, day: str) -> HttpResponse:
    """確認済: somebody looked at what this person read on this day."""
    when = dates.parse_day_of_address(day)
    if when is None:
        raise Http404
    history.record(
        Act.REVIEWED, context=request.context, purpose="review", object_ids=[actor],
        fields=[when.isoformat()], path=request.path,
    )  # fmt: skip
    messages.success(request, _("この日の閲覧を確認済にしました。"))
    return redirect(f"{reverse('admin:watch')}?day={when.isoformat()}")


def _readers(request: StaffRequest, day: dt.date) -> list[dict[str, object]]:
    """One line per person and facility: the own facility's for managers, all for the others."""
    rule = WatchRule.objects.valid_on(day).first()
    facilities = rules.required_duty(request.user).facilities
    rows = [row for row in days_of_reading(day, rule) if row.facility in facilities]
    names = people.names_of({int(row.actor) for row in rows if row.actor.isdigit()})
    places = dict(Facility.objects.values_list("pk", "name"))
    marks = _marks(day)
    return [
        {
            "row": row,
            "name": names.get(int(row.actor), row.actor) if row.actor.isdigit() else row.actor,
            "place": places.get(row.facility, ""),
            "is_unusual": rule is not None and row.is_unusual(rule),
            "reviewed_by": marks.get(row.actor, ""),
        }
        for row in rows
    ]


def _marks(day: dt.date) -> dict[str, str]:
    """Who reviewed whom; of several the last."""
    found = Entry.objects.filter(act=Act.REVIEWED, fields__contains=[day.isoformat()])
    pairs = [(each.object_ids[0], each.actor) for each in found.order_by("at") if each.object_ids]
    names = people.names_of({int(by) for _who, by in pairs if by.isdigit()})
    return {who: names.get(int(by), by) if by.isdigit() else by for who, by in pairs}


urlpatterns = [
    path("watch/", watch, name="watch"),
    path("watch/alerts/<uuid:number>/seen/", see, name="alert_seen"),
    path("watch/readers/<int:actor>/<str:day>/", review, name="review"),
]
