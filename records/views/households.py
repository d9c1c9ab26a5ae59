"""The family's address and its parents."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from records import drafts, queries, rules, stops
from records.actions import households
from records.enums import Function
from records.forms import HouseholdForm, ParentForm
from records.models import Household, Parent
from records.views.family import FamilyRequest, with_household


@drafts.shows_draft
@stops.stoppable(Function.CHANGES)
def household(request: FamilyRequest) -> HttpResponse:
    """The address and the data of the parent who is logged in: entered once, changed later."""
    known = queries.household_for(request.user)
    me = known.parents.filter(user=request.user).first() if known else None
    data = drafts.posted(request)
    address = HouseholdForm(data, instance=known)
    is_fixed = known is not None and queries.are_names_settled(known)
    parent = ParentForm(data, instance=me, is_own=True, is_fixed=is_fixed)
    if request.method == "POST" and address.is_valid() and parent.is_valid():
        if known is None:
            households.open_for(
                user=request.user, address=address.cleaned_data, parent=parent.cleaned_data
            )
        else:
            households.change(household=address.instance, parent=parent.instance)
        _tell_saved(request, address.cleaned_data["city"])
        return redirect("records:my_page")
    return render(
        request,
        "records/household_form.html",
        {
            "address": address,
            "parent": parent,
            "faulty": [form for form in (parent, address) if form.errors],
            "household": known,
            "proposal": queries.open_proposal(me) if is_fixed and me else None,
            "others": list(known.parents.exclude(user=request.user)) if known else [],
        },
    )


@drafts.shows_draft
@stops.stoppable(Function.CHANGES)
@with_household
def parent_new(request: FamilyRequest, household: Household) -> HttpResponse:
    form = ParentForm(drafts.posted(request), instance=Parent(household=household))
    number = _number(request)
    if request.method == "POST" and form.is_valid():
        households.add_parent(household=household, number=number, fields=form.cleaned_data)
        messages.success(request, _("保護者の方を登録しました。"))
        return redirect("records:household")
    return render(request, "records/parent_form.html", {"form": form, "number": number})


@drafts.shows_draft
@stops.stoppable(Function.CHANGES)
@with_household
def parent_edit(request: FamilyRequest, household: Household, parent_id: uuid.UUID) -> HttpResponse:
    parent = get_object_or_404(household.parents, pk=parent_id)
    is_fixed = queries.are_names_settled(household)
    form = ParentForm(drafts.posted(request), instance=parent, is_fixed=is_fixed)
    if request.method == "POST" and form.is_valid():
        households.change_parent(form.instance)
        messages.success(request, _("保存しました。"))
        return redirect("records:household")
    proposal = queries.open_proposal(parent) if is_fixed else None
    return render(
        request,
        "records/parent_form.html",
        {"form": form, "parent": parent, "proposal": proposal},
    )


def _tell_saved(request: FamilyRequest, city: str) -> None:
    messages.success(request, _("ご家庭の情報を保存しました。"))
    if not rules.is_resident(city):
        messages.warning(
            request,
            _(
                "練馬区の外の住所です。ご利用は練馬区にお住まいの方が対象です（この条件は準備中です）。"
                "面接のときに、施設へご相談ください。"
            ),
        )


def _number(request: FamilyRequest) -> uuid.UUID:
    """The future key of a new row, so that a form sent twice makes one."""
    try:
        return uuid.UUID(request.POST.get("number", ""))
    except ValueError:
        return uuid.uuid4()
