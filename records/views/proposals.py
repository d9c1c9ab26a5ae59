"""変更の届出: what a family proposes once the facility has checked who everybody is."""

import copy
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from records import drafts, queries, rules
from records.actions import proposals
from records.forms import ChildForm, ParentNamesForm
from records.models import Child, Household, Parent, Proposal
from records.models.proposal import IDENTITY
from records.refusals import NothingProposed, Refused
from records.views.family import FamilyRequest, own_child, with_household


@drafts.shows_draft
@with_household
def child_proposal(
    request: FamilyRequest, household: Household, child_id: uuid.UUID
) -> HttpResponse:
    child = own_child(household, child_id)
    if rules.may_change_identity(child.registration.state):
        return redirect("records:child_edit", child.pk)
    form = ChildForm(drafts.posted(request), instance=copy.copy(child))
    return _propose(request, child, form, resolve_url("records:child", child.pk))


@drafts.shows_draft
@with_household
def parent_proposal(
    request: FamilyRequest, household: Household, parent_id: uuid.UUID
) -> HttpResponse:
    parent = get_object_or_404(household.parents, pk=parent_id)
    if not queries.are_names_settled(household):
        return redirect("records:household")
    form = ParentNamesForm(drafts.posted(request), instance=copy.copy(parent))
    return _propose(request, parent, form, resolve_url("records:household"))


@require_POST
@with_household
def proposal_withdraw(
    request: FamilyRequest, household: Household, proposal_id: uuid.UUID
) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user), pk=proposal_id)
    try:
        proposals.withdraw(proposal=proposal)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("変更の届出を取り下げました。"))
    return redirect(_page_of(proposal.subject))


def _propose(
    request: FamilyRequest, subject: Child | Parent, form: ChildForm | ParentNamesForm, back: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        changed = [name for name in IDENTITY if name in form.changed_data]
        try:
            proposals.propose(
                subject=subject,
                values={name: form.cleaned_data[name] for name in changed},
                by=request.user,
                at=request.context.at,
            )
        except NothingProposed as refusal:
            form.add_error(None, str(refusal))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(_page_of(subject))
        else:
            messages.success(
                request,
                _("変更の届出を受け付けました。登録施設が確認し、結果をメールでお知らせします。"),
            )
            return redirect(_page_of(subject))
    return render(
        request,
        "records/proposal_form.html",
        {
            "form": form,
            "subject": subject,
            "proposal": queries.open_proposal(subject),
            "back": back,
        },
    )


def _page_of(subject: Child | Parent) -> str:
    kind = "child" if isinstance(subject, Child) else "parent"
    return resolve_url(f"records:{kind}_proposal", subject.pk)
