"""Which readings are held back from parents, and under which purpose somebody reads just now."""

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from history.context import WalledRequest
from history.enums import Act, Purpose, ReleaseReason
from history.models import Entry
from records import rules
from records.models import Child

CHOSEN = "purpose"
LASTS = dt.timedelta(minutes=30)


class ReleaseForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("開示する理由"), choices=[("", "－"), *ReleaseReason.choices]
    )


@dataclass(frozen=True)
class Protection:
    """What the control on a child's page shows."""

    is_chosen: bool
    held_back: int
    form: ReleaseForm


def chosen(request: HttpRequest, at: dt.datetime) -> str:
    """The purpose in force for this person and session; the empty text where there is none."""
    kept = request.session.get(CHOSEN) or {}
    if kept.get("by") != request.user.pk or not rules.manages(request.user):
        return ""
    return Purpose.PROTECTION if dt.datetime.fromisoformat(kept["until"]) > at else ""


def protection_of(request: WalledRequest, child: Child | None) -> Protection | None:
    """For managers and the center; only the center learns how many readings are held back."""
    if not rules.manages(request.user):
        return None
    count = 0
    if child is not None and rules.is_center(request.user):
        count = _held_back(child).count()
    return Protection(bool(request.context.purpose), count, ReleaseForm(label_suffix=""))


def _held_back(child: Child) -> QuerySet[Entry]:
    about = Entry.objects.about(child.pk)
    last = about.filter(act=Act.RELEASE).aggregate(last=Max("at"))["last"]
    found = about.filter(purpose=Purpose.PROTECTION).exclude(act=Act.RELEASE)
    return found.filter(at__gt=last) if last else found
