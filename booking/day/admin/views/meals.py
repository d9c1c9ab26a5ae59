"""食事・おやつ前の確認, and the change of shift."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.day import meals
from booking.day.actions import meal_checks, takeovers
from booking.day.admin.views.two_names import put_down
from booking.day.day_sheet import DaySheet, Row, day_sheet, notes_of_day
from booking.day.enums import MealKind
from booking.day.forms_meals import MealCheckForm, PaperTimeForm
from booking.day.models import MealCheck, Takeover
from booking.day.refusals import DayRefused
from history import actions as history
from history import clock
from history.enums import Act
from records import rules, terminal_book
from records.admin.views.gate import StaffRequest, only
from records.models import User

PURPOSE = "care"


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
def meal_check(request: StaffRequest) -> HttpResponse:
    """Only the children here now who must not have something; a POST keeps the look."""
    sheet = _sheet(request)
    rows = meals.eaters(meals.present((*sheet.rows, *sheet.forgotten)))
    data = request.POST if request.method == "POST" else None
    form = MealCheckForm(data, rows=rows, initial={"kind": MealKind.MEAL})
    if request.method == "POST" and form.is_valid():
        meal_checks.check(
            facility_id=_facility(request),
            kind=MealKind(form.cleaned_data["kind"]),
            eaters=form.eaters(),
            by=request.user,
            at=request.context.at,
        )
        messages.success(request, _("確認を記録しました。もう一人の名前を加えてください。"))
        return redirect("admin:meal_check")
    _record(request, rows, ["name", "care_needs"])
    context = {
        **_context(request, _("食事・おやつ前の確認")),
        "form": form,
        "state": meals.state(sheet.rows, facility_id=_facility(request), at=request.context.at),
        "present": len(meals.present(sheet.rows)),
    }
    return render(request, "day/staff/meal_check.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
def meal_paper(request: StaffRequest) -> HttpResponse:
    """紙からの入力: first when it was, then who was here at that moment; the second name follows as
    ever, put down by its bearer."""
    times = PaperTimeForm(request.GET if "time" in request.GET else None, at=request.context.at)
    context = {**_context(request, _("紙からの入力")), "times": times}
    if times.is_valid():
        rows = meals.eaters(meals.were_present(_sheet(request).rows, times.moment))
        data = request.POST if request.method == "POST" else None
        form = MealCheckForm(data, rows=rows, initial={"kind": MealKind.MEAL})
        if request.method == "POST" and form.is_valid():
            try:
                meal_checks.check(
                    facility_id=_facility(request),
                    kind=MealKind(form.cleaned_data["kind"]),
                    eaters=form.eaters(),
                    by=request.user,
                    at=times.moment,
                    noted_at=request.context.at,
                )
            except DayRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request, _("用紙の確認を記録しました。もう一人の名前を加えてください。")
                )
                return redirect("admin:meal_check")
        _record(request, rows, ["name", "care_needs"])
        context |= {"form": form, "moment": times.moment}
    return render(request, "day/staff/meal_paper.html", context)


@require_POST
@only(rules.gives_care_on_site)
def meal_check_second(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The second name: of whoever has the screen, or by PIN of a colleague."""
    found = get_object_or_404(MealCheck.objects.visible_to(request.user), pk=number)

    def add(user: User) -> None:
        meal_checks.second(
            number=found.pk, facility_id=found.facility_id, by=user, at=request.context.at
        )
        messages.success(request, _("二人で確認しました。"))

    return put_down(request, add) or redirect("admin:meal_check")


@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
def takeover(request: StaffRequest) -> HttpResponse:
    """What the next carer must know of the children who are here or still to come."""
    sheet = _sheet(request)
    rows = [row for row in sheet.rows if row.can_leave or row.can_arrive]
    notes = notes_of_day([row.child for row in rows if row.child], sheet.day)
    if request.method == "POST":
        takeovers.take_over(
            facility_id=_facility(request),
            notes=[note.pk for found in notes.values() for note in found],
            by=request.user,
            at=request.context.at,
        )
        messages.success(request, _("引き継いだことを記録しました。"))
        return redirect("admin:today")
    _record(request, rows, ["name", "care_needs", "handover_notes"])
    context = {
        **_context(request, _("引き継ぎ")),
        "rows": [(row, notes.get(row.booking.child_id, [])) for row in rows],
        "taken": Takeover.objects.visible_to(request.user)
        .on_day(sheet.day)
        .select_related("taken_by"),
    }
    return render(request, "day/staff/takeover.html", context)


def _facility(request: StaffRequest) -> int:
    return rules.required_duty(request.user).facility


def _sheet(request: StaffRequest) -> DaySheet:
    at = request.context.at
    return day_sheet(
        user=request.user, facility_id=_facility(request), day=clock.local(at).date(), at=at
    )


def _context(request: StaffRequest, title: str) -> dict[str, Any]:
    at = request.context.at
    return {
        **admin.site.each_context(request),
        "title": title,
        "at": at,
        "colleagues": terminal_book.colleagues_of(request.user, request.terminal, at=at),
    }


def _record(request: StaffRequest, rows: list[Row], fields: list[str]) -> None:
    history.record(
        Act.LIST,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        child_ids=[row.booking.child_id for row in rows],
        fields=fields,
        path=request.path,
    )
