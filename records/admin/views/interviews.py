"""面接: the list, the sheet of one family, and the confirmation child by child."""

import uuid
from collections.abc import Iterable

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from history import actions as history
from history import clock
from history.enums import Act
from records import care_marks, drafts, interview_book, rules
from records.actions import interviews as actions
from records.actions import registrations, reviews
from records.admin.forms import ChildReview, OutcomeForm
from records.admin.views.gate import StaffRequest, only
from records.enums import InterviewState
from records.models import Child, Interview
from records.refusals import Refused

PURPOSE = "interview"
OUTCOMES = {
    InterviewState.HELD: actions.hold,
    InterviewState.ABSENT: actions.miss,
    InterviewState.WITHDRAWN: actions.cancel,
}
RECORDED = gettext_lazy("面接の結果を記録しました。")
DONE = {
    InterviewState.HELD: RECORDED,
    InterviewState.ABSENT: RECORDED,
    InterviewState.WITHDRAWN: gettext_lazy(
        "面接を取り消しました。ご家庭へメールでお知らせします。"
    ),
}


@require_safe
@only(rules.works_with_children)
def interviews(request: StaffRequest) -> HttpResponse:
    """Interviews of today and later, and those whose outcome is still missing."""
    found = interview_book.coming(request.user, at=request.context.at)
    changed = interview_book.changed_since(request.user)
    proposed = interview_book.proposed(request.user)
    children = [child for each in found for child in each.household.children.all()] + changed
    children += [child for each in proposed for child in each.children]
    _record(request, Act.LIST, found, dict.fromkeys(children), ["name", "age"])
    context = {
        **admin.site.each_context(request),
        "title": _("面接"),
        "interviews": found,
        "changed": changed,
        "proposed": proposed,
        "at": request.context.at,
        "today": clock.local(request.context.at).date(),
    }
    return render(request, "records/staff/interviews.html", context)


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
def sheet(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The application as the family stated it, and the outcome of the interview."""
    interview = _interview(request, number)
    form = OutcomeForm(drafts.posted(request))
    if request.method == "POST" and form.is_valid():
        act = OUTCOMES[form.cleaned_data["outcome"]]
        try:
            act(
                interview=interview,
                by=request.user,
                at=request.context.at,
                note=form.cleaned_data["note"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, DONE[form.cleaned_data["outcome"]])
            return redirect("admin:interview_sheet", number)
    applicants = interview_book.applicants(interview, on=clock.local(request.context.at).date())
    _record(
        request, Act.VIEW, [interview], [each.child for each in applicants],
        ["name", "sex", "date_of_birth", "care_needs", "phone", "registration"],
    )  # fmt: skip
    context = {
        **admin.site.each_context(request),
        "title": _("面接シート"),
        "interview": interview,
        "household": interview.household,
        "note": getattr(interview, "note", None),
        "parents": interview.household.parents.all(),
        "applicants": applicants,
        "form": form,
        "today": clock.local(request.context.at).date(),
    }
    return render(request, "records/staff/interview_sheet.html", context)


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
def child_review(request: StaffRequest, number: uuid.UUID, child_number: uuid.UUID) -> HttpResponse:
    """Go through one child's care needs with the family."""
    interview = _interview(request, number)
    child = _child(interview, child_number)
    review = ChildReview(drafts.posted(request), child=child)
    refusal: Refused | None = None
    if request.method == "POST" and review.is_valid():
        try:
            reviews.record(
                child=child,
                needs_one_to_one=review.needs_one_to_one,
                statements=review.statements.changed(),
                reviews=review.by_kind,
                by=request.user,
                on=clock.local(request.context.at).date(),
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(
                request, _("%(child)s さんの確認内容を保存しました。") % {"child": child}
            )
            return redirect("admin:interview_sheet", number)
    _record(request, Act.VIEW, [interview], [child], ["name", "care_needs"])
    context = {
        **admin.site.each_context(request),
        "title": _("配慮事項の確認"),
        "interview": interview,
        "child": child,
        "marks": care_marks.marks_of(child, on=clock.local(request.context.at).date()),
        "review": review,
        "refusal": refusal,
        "shows_errors": review.has_errors,
        "today": clock.local(request.context.at).date(),
    }
    return render(request, "records/staff/child_review.html", context)


@require_POST
@only(rules.works_with_children)
def activate(request: StaffRequest, number: uuid.UUID, child_number: uuid.UUID) -> HttpResponse:
    """有効にする."""
    interview = _interview(request, number)
    child = _child(interview, child_number)
    try:
        registrations.activate(
            registration=child.registration,
            by=request.user,
            on=clock.local(request.context.at).date(),
        )
    except Refused as refusal:
        messages.error(request, f"{child} {refusal}")
    else:
        messages.success(
            request, _("%(child)s さんの利用登録を有効にしました。") % {"child": child}
        )
    return redirect("admin:interview_sheet", number)


def _interview(request: StaffRequest, number: uuid.UUID) -> Interview:
    found = Interview.objects.visible_to(request.user)
    return get_object_or_404(
        found.select_related("place__facility", "household", "held_by", "note"), pk=number
    )


def _child(interview: Interview, number: uuid.UUID) -> Child:
    children = interview.household.children.select_related("registration", "household")
    return get_object_or_404(children, pk=number)


def _record(
    request: StaffRequest,
    act: Act,
    interviews: Iterable[Interview],
    children: Iterable[Child],
    fields: Iterable[str],
) -> None:
    history.record(
        act,
        context=request.context,
        purpose=PURPOSE,
        model="records.interview",
        object_ids=[interview.pk for interview in interviews],
        child_ids=[child.pk for child in children],
        fields=fields,
        path=request.path,
    )
