"""The application with its interview, and giving the interview back."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from records import drafts, queries
from records.actions import applications, interviews
from records.forms import ApplicationForm
from records.models import Household
from records.refusals import Refused
from records.views.family import FamilyRequest, with_household


@drafts.shows_draft
@with_household
def application(request: FamilyRequest, household: Household) -> HttpResponse:
    """Consent, note and interview place in one step."""
    at = request.context.at
    texts = queries.missing_consents(household)
    places = queries.interview_places(household, at)
    family = queries.family_of(household, at.date())
    form = ApplicationForm(
        drafts.posted(request), texts=texts, places=places, initial={"note": family.note}
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            applications.hand_in(
                household=household,
                texts=texts,
                place=form.cleaned_data["place"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=at,
            )
        except Refused as error:
            refusal = error
        else:
            messages.success(
                request, _("申請と面接の予約をお受けしました。確認のメールを送ります。")
            )
            return redirect("records:my_page")
    return render(
        request,
        "records/application_form.html",
        {
            "form": form,
            "refusal": refusal,
            "family": family,
            "is_open": bool(family.applicants),
            "offers": queries.by_facility_and_day(places.filter(is_taken=False)),
            "chosen": _chosen(form),
        },
    )


@with_household
def interview_cancel(
    request: FamilyRequest, household: Household, interview_id: uuid.UUID
) -> HttpResponse:
    interview = get_object_or_404(
        household.interviews.select_related("place__facility"), pk=interview_id
    )
    if request.method == "POST":
        try:
            interviews.cancel(interview=interview, by=request.user, at=request.context.at)
        except Refused as refusal:
            messages.info(request, str(refusal))
        else:
            messages.success(request, _("面接の予約を取り消しました。別の日時を選べます。"))
        return redirect("records:my_page")
    return render(request, "records/interview_cancel.html", {"interview": interview})


def _chosen(form: ApplicationForm) -> object:
    """The place ticked so far, so that its facility stays open on the page."""
    place = form.fields["place"]
    try:
        return place.clean(form["place"].value()) if form.is_bound else None
    except ValidationError:
        return None
