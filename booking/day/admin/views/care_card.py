"""緊急・配慮カード: the safety part of one booked child, with fixed fields."""

import uuid

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.day import day_sheet, phones
from booking.models import Booking
from history import actions as history
from history.enums import Act
from records import care_marks, contacts, drafts, rules, terminal_book
from records.admin.forms import HandoverNoteForm
from records.admin.views.gate import StaffRequest, only

PURPOSE = "care"
# What the card shows, by the names of the field table; never address, notes among staff or terms.
FIELDS = ("name", "sex", "date_of_birth", "care_needs", "phone", "pick_up_people", "handover_notes")


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
def care_card(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Not found where the booking is not the facility's, or its lease of the child is over."""
    booking = get_object_or_404(Booking.objects.visible_to(request.user), pk=number)
    row = day_sheet.row_of(user=request.user, booking=booking, at=request.context.at)
    if row.child is None:
        raise Http404
    form = HandoverNoteForm(drafts.posted(request), day=booking.day)
    if request.method == "POST" and form.is_valid():
        form.write(
            child=row.child,
            facility_id=booking.facility_id,
            by=request.user,
            at=request.context.at,
        )
        messages.success(request, _("申し送りを追加しました。"))
        return redirect("admin:care_card", number)
    history.record(
        Act.VIEW,
        context=request.context,
        purpose=PURPOSE,
        model="records.child",
        object_ids=[row.child.pk],
        child_ids=[row.child.pk],
        fields=FIELDS,
        path=request.path,
    )
    context = {
        **admin.site.each_context(request),
        "title": _("緊急・配慮カード"),
        "row": row,
        "booking": booking,
        "child": row.child,
        "needs": care_marks.needs_on(row.child, booking.day),
        "parents": contacts.of_child(row.child),
        "calls": phones.calls_about(booking),
        "notes": day_sheet.notes_for(row.child, booking.day),
        "records_attendance": rules.gives_care_on_site(request.user),
        "colleagues": terminal_book.colleagues_of(
            request.user, request.terminal, at=request.context.at
        ),
        "form": form,
    }
    return render(request, "day/staff/care_card.html", context)
