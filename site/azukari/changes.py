"""変更履歴: what changed lately in all that the reader may review, newest first."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from history import actions as history
from history import clock, differences
from history.context import WalledRequest
from history.enums import Act
from history.walls import tracked_models
from records import dates, rules
from records.admin.people import PEOPLE
from records.enums import Role
from records.models import FacilityMembership

PAGE = 50
# Further back leads the filter by day; each page reads all the newer ones too.
LAST_PAGE = 40
PARENTS, SYSTEM, EVERYBODY = "parents", "system", "everybody"


class ChangesForm(forms.Form):
    """What to look at: a kind of record, a person, a day."""

    kind = forms.ChoiceField(label=_("記録の種類"), required=False)
    person = forms.ChoiceField(label=_("操作した人"), required=False)
    day = forms.DateField(
        label=_("日"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Any, *, user: object) -> None:
        super().__init__(data, label_suffix="")
        kinds = ((model._meta.label_lower, model._meta.verbose_name) for model in tracked_models())
        cast("forms.ChoiceField", self.fields["kind"]).choices = [
            ("", _("すべて")),
            *sorted(kinds, key=lambda kind: str(kind[1])),
        ]
        cast("forms.ChoiceField", self.fields["person"]).choices = [
            # What the system does by itself would bury what people do.
            ("", _("職員と保護者")), (PARENTS, _("保護者")), (SYSTEM, _("システム")),
            (EVERYBODY, _("すべて（システムを含む）")), *_colleagues(user),
        ]  # fmt: skip

    def clean_day(self) -> dt.date | None:
        day = self.cleaned_data["day"]
        if day and not dates.is_in_reach(day):
            raise forms.ValidationError(_("この日の変更履歴はありません。"))
        return day

    def models(self) -> list[type[models.Model]]:
        kind = self.cleaned_data.get("kind")
        return [m for m in tracked_models() if not kind or m._meta.label_lower == kind]

    def conditions(self) -> Q:
        """On history rows."""
        found = Q()
        person, day = self.cleaned_data.get("person"), self.cleaned_data.get("day")
        if person == PARENTS:
            found &= Q(history_entry="public")
        elif person == SYSTEM:
            found &= Q(history_user_id__isnull=True)
        elif not person:
            found &= Q(history_user_id__isnull=False)
        elif person != EVERYBODY:
            found &= Q(history_user_id=int(person))
        if day:
            start = clock.at(day, dt.time.min)
            found &= Q(history_date__gte=start, history_date__lt=start + dt.timedelta(days=1))
        return found


@dataclass(frozen=True)
class Feed:
    """One page of changes; `next_page` is None at the end."""

    changes: list[differences.Change]
    next_page: int | None


def changes(request: WalledRequest) -> HttpResponse:
    """For managers, the center and auditors; the wall decides which rows there are."""
    if not rules.reviews(request.user):
        raise PermissionDenied
    form = ChangesForm(request.GET, user=request.user)
    feed = Feed([], next_page=None)
    if form.is_valid():
        feed = feed_of(
            form.models(),
            form.conditions(),
            page=_page_of(request),
            discreet=not rules.reads_contents(request.user),
        )
    history.record(
        Act.HISTORY,
        context=request.context,
        purpose="review",
        model="changes",
        object_ids=[change.row.history_id for change in feed.changes],
        path=request.path,
    )
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        **admin.site.each_context(request),
        "title": _("変更履歴"),
        "form": form,
        "feed": feed,
        "query": query.urlencode(),
    }
    return render(request, "admin/changes.html", context)


def feed_of(sources: list[type[models.Model]], conditions: Q, *, page: int, discreet: bool) -> Feed:
    """The changes of one page, merged over all kinds of records; `discreet` as in `differences`.

    Hides one query per kind of record and some more per kind on the page, however many changes.
    """
    end = page * PAGE
    rows = sorted(
        ((model, row) for model in sources for row in _newest(model, conditions, end + 1)),
        key=lambda pair: (pair[1].history_date, pair[1].history_id),
        reverse=True,
    )
    shown = rows[end - PAGE : end]
    by_model: dict[type[models.Model], list[Any]] = {}
    for model, row in shown:
        by_model.setdefault(model, []).append(row)
    found = {
        (model, change.row.history_id): change
        for model, own in by_model.items()
        for change in differences.read(model, own, people=PEOPLE, discreet=discreet)
    }
    changes = [found[key] for model, row in shown if (key := (model, row.history_id)) in found]
    return Feed(changes, next_page=page + 1 if len(rows) > end and page < LAST_PAGE else None)


def _newest(model: type[models.Model], conditions: Q, count: int) -> QuerySet[Any]:
    return differences.history_of(model).filter(conditions)[:count]


def _page_of(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return min(max(int(text), 1), LAST_PAGE) if text.isdecimal() else 1


def _colleagues(user: object) -> list[tuple[int, str]]:
    """Staff whose work the reader reviews: of the own facility, or of all."""
    duty = rules.duty(user)
    memberships = FacilityMembership.objects.select_related("user").order_by("user__username")
    if duty is not None and duty.role == Role.MANAGER:
        memberships = memberships.filter(facility_id__in=duty.facilities)
    return list({each.user_id: (each.user_id, str(each.user)) for each in memberships}.values())


urlpatterns = [path("changes/", changes, name="changes")]
