"""Children: their data, the answers on their health, and the people who may fetch them."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from records import codes, drafts, pictures, queries, rules, stops
from records.actions import children
from records.enums import Function
from records.forms import ChildForm, PickUpPersonForm, Statements
from records.models import Child, Household
from records.refusals import Refused
from records.views.family import FamilyRequest, own_child, with_household


@drafts.shows_draft
@stops.stoppable(Function.CHANGES)
@with_household
def child_new(request: FamilyRequest, household: Household) -> HttpResponse:
    data = drafts.posted(request)
    initial = _siblings_name(household)
    form = ChildForm(data, initial=initial)
    answers = Statements(data)
    if request.method == "POST" and all([form.is_valid(), answers.is_valid()]):
        try:
            child = children.add(
                household=household,
                fields=form.personal_fields(),
                statements=answers.said(),
                number=form.cleaned_data["number"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("お子さんの情報を保存しました。"))
            return redirect("records:child", child.pk)
    return render(request, "records/child_form.html", _form_values(form, answers))


@with_household
def child_detail(request: FamilyRequest, household: Household, child_id: uuid.UUID) -> HttpResponse:
    child = own_child(household, child_id)
    today = request.context.at.date()
    return render(
        request,
        "records/child_detail.html",
        {
            "child": child,
            "code": codes.display(child.code),
            "picture": pictures.qr(child.code) if child.registration.is_active_on(today) else "",
            "registration": child.registration,
            "state": child.registration.state_on(today),
            "age": child.age_on(today),
            "today": today,
            "proposal": queries.open_proposal(child),
        },
    )


@drafts.shows_draft
@stops.stoppable(Function.CHANGES)
@with_household
def child_edit(request: FamilyRequest, household: Household, child_id: uuid.UUID) -> HttpResponse:
    child = own_child(household, child_id)
    data = drafts.posted(request)
    is_fixed = not rules.may_change_identity(child.registration.state)
    form = ChildForm(data, instance=child, is_fixed=is_fixed)
    answers = Statements(data, needs=child.care_needs.all())
    if request.method == "POST" and all([form.is_valid(), answers.is_valid()]):
        changed = answers.changed()
        children.change(child=form.instance, statements=changed)
        messages.success(
            request,
            _("保存しました。変更した健康の情報は、登録施設が確認します。")
            if changed
            else _("保存しました。"),
        )
        return redirect("records:child", child.pk)
    return render(request, "records/child_form.html", _form_values(form, answers, child))


@with_household
def child_withdraw(
    request: FamilyRequest, household: Household, child_id: uuid.UUID
) -> HttpResponse:
    """Ask, then take a child back that was not applied for. Withdrawn already is no error."""
    if queries.is_withdrawn(household, child_id):
        return redirect("records:my_page")
    child = own_child(household, child_id)
    if request.method == "POST":
        try:
            children.withdraw(child=child, at=request.context.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("records:child", child.pk)
        messages.success(
            request, _("%(child)sさんの下書きを取り下げました。") % {"child": child.full_name}
        )
        return redirect("records:my_page")
    may = rules.may_withdraw(child.registration.state)
    return render(request, "records/child_withdraw.html", {"child": child, "may_withdraw": may})


@drafts.shows_draft
@stops.stoppable(Function.CHANGES)
@with_household
def pick_up_new(request: FamilyRequest, household: Household, child_id: uuid.UUID) -> HttpResponse:
    child = own_child(household, child_id)
    form = PickUpPersonForm(drafts.posted(request))
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        children.add_pick_up_person(child=child, number=fields.pop("number"), fields=fields)
        messages.success(request, _("お迎えの人を登録しました。"))
        return redirect("records:child", child.pk)
    return render(request, "records/pick_up_form.html", {"form": form, "child": child})


@stops.stoppable(Function.CHANGES)
@with_household
def pick_up_remove(
    request: FamilyRequest, household: Household, child_id: uuid.UUID, person_id: uuid.UUID
) -> HttpResponse:
    """Ask, then remove. Somebody already removed is no error."""
    child = own_child(household, child_id)
    person = child.pick_up_people.filter(pk=person_id).first()
    if person is None:
        return redirect("records:child", child.pk)
    if request.method == "POST":
        person.delete()
        messages.success(request, _("お迎えの人を取り消しました。"))
        return redirect("records:child", child.pk)
    return render(request, "records/pick_up_remove.html", {"child": child, "person": person})


def _siblings_name(household: Household) -> dict[str, str]:
    """The family name of whoever is there already, to be typed only once."""
    person = household.children.last() or household.parents.first()
    if person is None:
        return {}
    return {
        "family_name": person.family_name,
        "family_name_kana": person.family_name_kana,
    }


def _form_values(
    form: ChildForm, answers: Statements, child: Child | None = None
) -> dict[str, object]:
    parts = [form, *answers.forms, *answers.foods]
    return {
        "form": form,
        "answers": answers,
        "faulty": [part for part in parts if part.errors],
        "child": child,
        "proposal": queries.open_proposal(child) if form.is_fixed and child else None,
    }
