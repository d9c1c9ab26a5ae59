"""変更の届出: what a family says has changed, beside the record, and the facility's decision."""

import uuid

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from history import actions as history
from history.enums import Act
from records import drafts, rules
from records.actions import proposals
from records.admin.forms import DecisionForm
from records.admin.views.gate import StaffRequest, only
from records.enums import DeclineReason
from records.models import Proposal
from records.refusals import Refused

PURPOSE = "register"


@drafts.shows_draft
@require_http_methods(["GET", "HEAD", "POST"])
@only(rules.works_with_children)
def proposal(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """Old and new side by side; accepted with the paper seen, or declined with a reason."""
    found = Proposal.objects.visible_to(request.user)
    proposal = get_object_or_404(
        found.select_related("child", "parent", "household", "decided_by"), pk=number
    )
    form = DecisionForm(drafts.posted(request), proposal=proposal)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, proposal, form)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:proposal", number)
    _record(request, proposal)
    context = {
        **admin.site.each_context(request),
        "title": _("変更の届出"),
        "proposal": proposal,
        "form": form,
    }
    return render(request, "records/staff/proposal.html", context)


def _decide(request: StaffRequest, proposal: Proposal, form: DecisionForm) -> None:
    if form.accepts:
        proposals.accept(
            proposal=proposal,
            proof=form.cleaned_data["proof"],
            by=request.user,
            at=request.context.at,
        )
        messages.success(request, _("届出のとおり変更しました。ご家庭へメールでお知らせします。"))
        if form.needs_proof:
            messages.info(
                request,
                _(
                    "これからの予約を、新しい内容で確認し直します。合わない予約は取り消されず、"
                    "予約のある施設の「予約」に「要対応」と表示されます。"
                ),
            )
        return
    proposals.decline(
        proposal=proposal,
        reason=DeclineReason(form.cleaned_data["reason"]),
        by=request.user,
        at=request.context.at,
    )
    messages.success(request, _("変更しないことを、ご家庭へメールでお知らせします。"))


def _record(request: StaffRequest, proposal: Proposal) -> None:
    history.record(
        Act.VIEW,
        context=request.context,
        purpose=PURPOSE,
        model="records.proposal",
        object_ids=[proposal.pk],
        child_ids=[child.pk for child in proposal.children],
        fields=["name", "sex", "date_of_birth"],
        path=request.path,
    )
