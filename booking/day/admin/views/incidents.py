"""事故・けが・ヒヤリハット: the list, one report, and the writing of it."""

import datetime as dt
import uuid
from collections.abc import Callable

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.admin.views import pdf
from booking.admin.views.choices import chosen_facility
from booking.day import incident_paper, incidents, serious_reports
from booking.day.actions import incidents as actions
from booking.day.admin.views.rows import booking_of
from booking.day.day_sheet import WAS_HERE
from booking.day.enums import EntryKind
from booking.day.forms_incidents import ENTRY_FORMS, IncidentForm, ReasonForm
from booking.day.models import Incident
from booking.day.refusals import NoLongerDraft, WrittenMeanwhile
from booking.models import Booking
from history import actions as history
from history import clock
from history.enums import Act
from records import drafts, rules
from records.admin.views import readings
from records.admin.views.gate import StaffRequest, only
from records.refusals import Refused
from records.workplaces import workplace, workplaces

PURPOSE = "care"
MODEL = "day.incident"
FIELDS = ("name", "incident")
ENTRY_TITLES = {
    EntryKind.TOLD.value: gettext_lazy("保護者への連絡を記録する"),
    EntryKind.FOLLOW_UP.value: gettext_lazy("その後の経過を追加する"),
    EntryKind.SERIOUS.value: gettext_lazy("重大事故かどうかを判断する"),
    EntryKind.REPORT.value: gettext_lazy("重大事故の報告を記録する"),
}


@require_safe
@only(rules.works_with_children)
def incident_list(request: StaffRequest) -> HttpResponse:
    """Reports of the facility worked for; the center chooses one by link."""
    choices = workplaces(rules.required_duty(request.user))
    facility_id = chosen_facility(request, choices)
    rows = incidents.rows(user=request.user, facility_id=facility_id, at=request.context.at)
    children = [number for row in rows for number in row.child_ids]
    readings.listed(request, PURPOSE, MODEL, children, FIELDS)
    context = {
        **admin.site.each_context(request),
        "title": _("事故・けが・ヒヤリハット"),
        "facilities": choices if len(choices) > 1 else (),
        "facility_id": facility_id,
        "rows": rows,
        "may_write": rules.gives_care_on_site(request.user),
    }
    return render(request, "day/staff/incident_list.html", context)


@require_POST
@only(rules.gives_care_on_site)
def incident_new(request: StaffRequest) -> HttpResponse:
    """One tap: of the child of a row, or of no child as yet."""
    number = request.POST.get("booking", "")
    try:
        booking = booking_of(request, uuid.UUID(number)) if number else None
    except ValueError as error:
        raise Http404 from error
    (facility_id, _name), *_others = workplaces(rules.required_duty(request.user))
    incident = actions.start(
        facility=booking.facility if booking else workplace(facility_id),
        booking=booking,
        by=request.user,
        at=request.context.at,
    )
    return redirect("admin:incident_write", incident.pk)


@require_safe
@only(rules.works_with_children)
def incident(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    found = _incident(request, number)
    row = incidents.row(found, request.context.at)
    _viewed(request, row)
    on_site = rules.gives_care_on_site(request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("報告 %(number)s") % {"number": found.label},
        "row": row,
        "incident": found,
        "may_write": on_site and found.is_draft,
        "may_reopen": on_site and found.awaits_signature,
        "may_sign": found.awaits_signature
        and rules.manages(request.user)
        and found.submitted_by_id != request.user.pk,
        "rule": serious_reports.rule_on(clock.local(request.context.at).date()),
        "entry_kinds": [
            (kind, title) for kind, title in ENTRY_TITLES.items() if _is_offered(kind, row)
        ],
    }
    return render(request, "day/staff/incident.html", context)


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.gives_care_on_site)
def incident_write(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Kept half-written by one button, handed in by the other."""
    found = _incident(request, number)
    if not found.is_draft:
        messages.info(request, str(NoLongerDraft()))
        return redirect("admin:incident", number)
    form = IncidentForm(
        drafts.posted(request), incident=found, bookings=_choosable(request, found),
        at=request.context.at,
    )  # fmt: skip
    submits = "submit" in request.POST
    is_stale = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.write(
                incident=found, by=request.user, at=request.context.at, submits=submits,
                **form.values,
            )  # fmt: skip
        except WrittenMeanwhile as refusal:
            is_stale = True
            form.add_error(None, str(refusal))
            form.look_again(found)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("報告を施設責任者に提出しました。")
                if submits
                else _("途中まで保存しました。続きはいつでも書けます。"),
            )
            return redirect("admin:incident", number)
    row = incidents.row(found, request.context.at)
    _viewed(request, row)
    context = {
        **admin.site.each_context(request),
        "title": _("報告 %(number)s を書く") % {"number": found.label},
        "incident": found,
        "row": row,
        "form": form,
        "is_stale": is_stale,
    }
    return render(request, "day/staff/incident_write.html", context)


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
def incident_entry(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Add to the report: the parent was told, what became of it, what was reported."""
    found = _incident(request, number)
    row = incidents.row(found, request.context.at)
    data = drafts.posted(request)
    kind = (data or request.GET).get("kind", EntryKind.FOLLOW_UP)
    if kind not in ENTRY_FORMS or not _is_offered(kind, row):
        raise Http404
    form = ENTRY_FORMS[kind](data, incident=found, by=request.user, at=request.context.at)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(incident=found, by=request.user, at=request.context.at, **form.values)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("追加しました。"))
            return redirect("admin:incident", number)
    _viewed(request, row)
    context = {
        **admin.site.each_context(request),
        "title": ENTRY_TITLES[kind],
        "kind": kind,
        "incident": found,
        "row": row,
        "form": form,
    }
    return render(request, "day/staff/incident_entry.html", context)


@require_safe
@only(rules.works_with_children)
def incident_print(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The report on A4; each paper is in the record of reads."""
    row = incidents.row(_incident(request, number), request.context.at)
    history.record(
        Act.PRINT,
        context=request.context,
        purpose=PURPOSE,
        model=MODEL,
        object_ids=[row.incident.pk],
        child_ids=row.child_ids,
        fields=FIELDS,
        path=request.path,
    )
    return pdf.shown(incident_paper.pdf(row), row.incident.label)


@require_POST
@only(rules.gives_care_on_site)
def incident_reopen(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """書き直しに戻す."""
    return _with_reason(request, number, actions.reopen, _("報告を書き直せるようにしました。"))


@require_POST
@only(rules.gives_care_on_site)
def incident_withdraw(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """取り下げる."""
    return _with_reason(request, number, actions.withdraw, _("報告を取り下げました。"))


@require_POST
@only(rules.manages)
def incident_sign(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The manager's sign-off."""
    found = _incident(request, number)
    try:
        actions.sign(incident=found, by=request.user, at=request.context.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("報告を確認しました。"))
    return redirect("admin:incident", number)


def _with_reason(
    request: StaffRequest, number: uuid.UUID, act: Callable[..., object], message: str
) -> HttpResponse:
    found = _incident(request, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("理由を入力してください。"))
        return redirect("admin:incident", number)
    try:
        act(
            incident=found, reason=form.cleaned_data["reason"], by=request.user,
            at=request.context.at,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, message)
    return redirect("admin:incident", number)


def _incident(request: StaffRequest, number: uuid.UUID) -> Incident:
    """Not found where it is another facility's."""
    found = incidents.with_log(Incident.objects.visible_to(request.user))
    return get_object_or_404(found, pk=number)


def _choosable(request: StaffRequest, incident: Incident) -> list[Booking]:
    """Who was here on the day, and whoever the report names already."""
    start = clock.at(clock.local(incident.happened_at).date(), dt.time.min)
    here = Booking.objects.visible_to(request.user).filter(
        facility_id=incident.facility_id,
        state__in=WAS_HERE,
        starts_at__gte=start,
        starts_at__lt=start + dt.timedelta(days=1),
    )
    named = {child.booking_id: child.booking for child in incident.children.all()}
    return list((named | {booking.pk: booking for booking in here}).values())


def _is_offered(kind: str, row: incidents.IncidentRow) -> bool:
    """No telling without a child, and no report of what is not serious."""
    if kind == EntryKind.TOLD:
        return bool(row.children)
    return kind != EntryKind.REPORT or row.serious is not None


def _viewed(request: StaffRequest, row: incidents.IncidentRow) -> None:
    readings.viewed(request, PURPOSE, MODEL, [row.incident.pk], row.child_ids, FIELDS)
