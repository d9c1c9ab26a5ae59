"""A second parent of the household gets an account of their own."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from history import clock
from records.actions import invitations
from records.forms_invitation import CodeForm, InvitationForm
from records.models import Household
from records.refusals import AccountElsewhere, InvitationOver, Refused
from records.views.family import FamilyRequest, with_household

# The code stays with the one who invited, until they log out.
CODES = "invitation_codes"


@with_household
def invite(request: FamilyRequest, household: Household, parent_id: uuid.UUID) -> HttpResponse:
    parent = get_object_or_404(household.parents, pk=parent_id, user=None)
    form = InvitationForm(request.POST or None, initial={"email": parent.email})
    if request.method == "POST" and form.is_valid():
        invitation, code = invitations.invite(
            parent=parent, email=form.cleaned_data["email"], by=request.user, at=clock.now()
        )
        request.session[CODES] = {str(invitation.pk): code}
        messages.success(request, _("招待のメールを送りました。"))
        return redirect("records:invited", invitation.pk)
    return render(request, "records/invitation_form.html", {"form": form, "parent": parent})


@with_household
def invited(request: FamilyRequest, household: Household, number: uuid.UUID) -> HttpResponse:
    invitation = get_object_or_404(household.invitations, pk=number)
    code = request.session.get(CODES, {}).get(str(number), "")
    return render(request, "records/invitation_sent.html", {"invitation": invitation, "code": code})


def accept(request: FamilyRequest, token: str) -> HttpResponse:
    """Whoever holds the link has to know the code as well; until then nothing is shown."""
    form = CodeForm(request.POST or None)
    try:
        invitations.read(token)
        if request.method == "POST" and form.is_valid():
            invitations.accept(token=token, code=form.cleaned_data["code"], by=request.user)
            messages.success(request, _("ご家庭のアカウントになりました。"))
            return redirect("records:my_page")
    except (InvitationOver, AccountElsewhere) as refused:
        return render(request, "records/invitation_over.html", {"refused": refused})
    except Refused as refused:
        form.refuse(refused)
    return render(request, "records/invitation_accept.html", {"form": form})
