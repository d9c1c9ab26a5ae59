"""職員配置表: how many staff there are on a day, and how many places. Facts, saved at once."""

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models.functions import TruncDate
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from booking.actions import capacities, rosters
from booking.admin.views.choices import chosen_day, chosen_facility
from booking.forms_roster import CapacityForm, CopyForm, FillForm, RosterForm
from booking.models import CapacityChange, Slot
from booking.refusals import BookingRefused
from history import clock
from records import rules
from records.admin.views.gate import StaffRequest, only
from records.workplaces import workplace, workplaces

COPY_DAYS = 7
ONE_DAY = dt.timedelta(days=1)
RED = gettext_lazy(
    "受けた予約に足りない時間帯（30分ごと）が%(count)dあります。新しい予約は止まっています。"
    "「要対応」で、ご家庭ごとの対応を確かめてください。"
)


class Sheet:
    """A day of a facility that the reader works for, and the forms about it."""

    def __init__(self, request: StaffRequest) -> None:
        self.request = request
        self.choices = workplaces(rules.required_duty(request.user))
        self.facility = workplace(chosen_facility(request, self.choices))
        self.day = chosen_day(request)

    @cached_property
    def slots(self) -> list[Slot]:
        return list(self.facility.slots.on_day(self.day))

    @cached_property
    def change(self) -> CapacityChange | None:
        return self.facility.capacity_changes.filter(day=self.day).first()

    @cached_property
    def has_roster(self) -> bool:
        return self.facility.rosters.between(self.day, self.day).exists()

    @cached_property
    def roster(self) -> RosterForm:
        return RosterForm(self._posted("roster"), slots=self.slots)

    @cached_property
    def fill(self) -> FillForm:
        return FillForm(self._posted("fill"), slots=self.slots, prefix="fill")

    @cached_property
    def copy(self) -> CopyForm:
        end = clock.at(self.day + ONE_DAY, dt.time.min)
        later = self.facility.slots.filter(starts_at__gte=end).annotate(on=TruncDate("starts_at"))
        days = later.order_by("on").values_list("on", flat=True).distinct()[:COPY_DAYS]
        return CopyForm(self._posted("copy"), days=list(days), prefix="copy")

    @cached_property
    def capacity(self) -> CapacityForm:
        return CapacityForm(
            self._posted("capacity"),
            instance=self.change,
            usual=self.facility.capacity or 0,
            prefix="capacity",
        )

    @property
    def query(self) -> str:
        return urlencode({"facility": self.facility.pk, "day": self.day.isoformat()})

    @property
    def before(self) -> dt.date:
        return self.day - ONE_DAY

    @property
    def after(self) -> dt.date:
        return self.day + ONE_DAY

    def _posted(self, name: str) -> Any:
        """What was sent to this form; nothing for the others on the page."""
        return self.request.POST if self.request.POST.get("form") == name else None


@require_safe
@only(rules.works_with_children)
def roster(request: StaffRequest) -> HttpResponse:
    """The half hours of a day with the staff there is and the staff that is needed."""
    return _page(Sheet(request))


@require_POST
@only(rules.works_with_children)
def roster_save(request: StaffRequest) -> HttpResponse:
    sheet = Sheet(request)
    return _apply(
        sheet,
        sheet.roster,
        lambda form: rosters.set_day(facility=sheet.facility, day=sheet.day, staff=form.staff),
    )


@require_POST
@only(rules.works_with_children)
def roster_fill(request: StaffRequest) -> HttpResponse:
    """One number for some half hours: somebody is ill, somebody comes to help."""
    sheet = Sheet(request)
    return _apply(
        sheet,
        sheet.fill,
        lambda form: rosters.set_day(facility=sheet.facility, day=sheet.day, staff=form.staff),
    )


@require_POST
@only(rules.works_with_children)
def roster_copy(request: StaffRequest) -> HttpResponse:
    sheet = Sheet(request)
    return _apply(
        sheet,
        sheet.copy,
        lambda form: rosters.copy(
            facility=sheet.facility, day=sheet.day, to=form.cleaned_data["days"]
        ),
    )


@require_POST
@only(rules.works_with_children)
def roster_clear(request: StaffRequest) -> HttpResponse:
    """Back to the standard staffing."""
    sheet = Sheet(request)
    return _apply(
        sheet,
        forms.Form({}),
        lambda form: rosters.clear(facility=sheet.facility, day=sheet.day),
    )


@require_POST
@only(rules.manages)
def capacity_change(request: StaffRequest) -> HttpResponse:
    sheet = Sheet(request)
    return _apply(
        sheet,
        sheet.capacity,
        lambda form: capacities.change(facility=sheet.facility, day=sheet.day, **form.cleaned_data),
    )


@require_POST
@only(rules.manages)
def capacity_restore(request: StaffRequest) -> HttpResponse:
    sheet = Sheet(request)
    return _apply(
        sheet,
        forms.Form({}),
        lambda form: capacities.restore(facility=sheet.facility, day=sheet.day),
    )


def _apply(sheet: Sheet, form: Any, act: Callable[[Any], int]) -> HttpResponse:
    """Save what a form says and tell of half hours that are red now; a wrong form comes again."""
    if not form.is_valid():
        return _page(sheet, form)
    try:
        red = act(form)
    except BookingRefused as refusal:
        messages.error(sheet.request, str(refusal))
    else:
        messages.success(sheet.request, _("保存しました。"))
        if red:
            messages.warning(sheet.request, RED % {"count": red})
    return redirect(f"{reverse('admin:roster')}?{sheet.query}")


def _page(sheet: Sheet, form: Any = None) -> HttpResponse:
    context = {
        **admin.site.each_context(sheet.request),
        "title": _("職員配置表"),
        "sheet": sheet,
        "form": form,
        "may_change_capacity": rules.manages(sheet.request.user),
        "facilities": sheet.choices if len(sheet.choices) > 1 else (),
    }
    return render(sheet.request, "booking/staff/roster.html", context)
