"""日計: the counts of a facility, the count of tonight, and the second name."""

import uuid
from functools import partial

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.admin.views import pdf
from booking.admin.views.choices import chosen_day, chosen_facility
from booking.day import cash, cash_slip, closing
from booking.day.actions import cash_counts, sheet_prints
from booking.day.admin.views.two_names import put_down
from booking.day.forms_cash import CashCountForm
from booking.day.models import CashCount
from booking.day.refusals import DayRefused
from history import actions as history
from history import clock
from history.enums import Act
from records import drafts, rules, terminal_book
from records.admin.views.gate import StaffRequest, only
from records.models import User
from records.workplaces import workplace, workplaces

PURPOSE = "fee"
# A month and a half: what a month's end looks back on.
SHOWN = 45


@require_safe
@only(rules.works_with_children)
def cash_list(request: StaffRequest) -> HttpResponse:
    """The last counts of the facility worked for; the center chooses one by link."""
    choices = workplaces(rules.required_duty(request.user))
    facility_id = chosen_facility(request, choices)
    today = clock.local(request.context.at).date()
    found = CashCount.objects.visible_to(request.user).with_people()
    context = {
        **admin.site.each_context(request),
        "title": _("日計"),
        "facilities": choices if len(choices) > 1 else (),
        "facility_id": facility_id,
        "counts": found.filter(facility_id=facility_id)[:SHOWN],
        "today": today,
        # The center sees what lies in the box; whoever stands before it counts.
        "may_count": rules.gives_care_on_site(request.user)
        and not cash.is_counted(facility_id=facility_id, day=today),
    }
    return render(request, "day/staff/cash_list.html", context)


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
def cash_new(request: StaffRequest) -> HttpResponse:
    """What is still open, what should be there, and the count; posted with `check` it only adds
    up."""
    (facility_id, facility_name), *_others = workplaces(rules.required_duty(request.user))
    day, at = chosen_day(request), request.context.at
    if day > clock.local(at).date() or cash.is_counted(facility_id=facility_id, day=day):
        messages.info(request, _("この日の日計は、すでに締めたか、まだ締められません。"))
        return redirect("admin:cash")
    expected = cash.takings(facility_id=facility_id, day=day, at=at)
    left = closing.what_is_open(user=request.user, facility_id=facility_id, day=day, at=at)
    form = CashCountForm(drafts.posted(request), takings=expected, open_count=left.count)
    if request.method == "POST" and form.is_valid() and "check" not in request.POST:
        try:
            count = cash_counts.close(
                facility=workplace(facility_id), day=day, by=request.user, at=at, **form.values
            )
            messages.success(request, _("日計を締めました。もう1人の確認をお願いします。"))
            # A disk that is away keeps nobody from going home; the full hour tries again.
            leave = partial(sheet_prints.keep, facility=workplace(facility_id), at=at)
            transaction.on_commit(leave, robust=True)
            return redirect("admin:cash_count", count.pk)
        except DayRefused as refusal:
            form.add_error(None, str(refusal))
    history.record(
        Act.LIST,
        context=request.context,
        purpose=PURPOSE,
        model="booking.booking",
        child_ids=[booking.child_id for booking in left.bookings],
        fields=["name", "fee"],
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("日計を締める"),
        "facility_name": facility_name,
        "day": day,
        "left": left,
        "takings": expected,
        "form": form,
    }
    return render(request, "day/staff/cash_new.html", context)


@require_safe
@only(rules.works_with_children)
def cash_count(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    count = _count(request, number)
    context = {
        **admin.site.each_context(request),
        "title": _("日計"),
        "count": count,
        "may_confirm": rules.gives_care_on_site(request.user)
        and not count.is_complete
        and count.closed_by_id != request.user.pk,
        "colleagues": terminal_book.colleagues_of(
            request.user, request.terminal, at=request.context.at
        ),
    }
    return render(request, "day/staff/cash_count.html", context)


@require_POST
@only(rules.gives_care_on_site)
def cash_confirm(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The second name: of whoever has the screen, or of a colleague beside it by PIN."""
    count = _count(request, number)

    def confirm(user: User) -> None:
        cash_counts.confirm(count=count, by=user, at=request.context.at)
        messages.success(request, _("日計を確かめた職員の名前を残しました。"))

    return put_down(request, confirm) or redirect("admin:cash_count", number)


@require_safe
@only(rules.works_with_children)
def cash_paper(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """引継書・入金票, to go with the money; it names no child."""
    count = _count(request, number)
    return pdf.shown(cash_slip.pdf(count, at=request.context.at), f"cash-{count.day}")


def _count(request: StaffRequest, number: uuid.UUID) -> CashCount:
    found = CashCount.objects.visible_to(request.user).with_people()
    return get_object_or_404(found, pk=number)
