"""My page: what comes next, at a glance."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from records import queries, sections, steps
from records.steps import Step
from records.views.family import FamilyRequest


@require_safe
def my_page(request: FamilyRequest) -> HttpResponse:
    household = queries.household_for(request.user)
    if household is None:
        return render(request, "records/my_page_empty.html", {"way": steps.way(Step.HOUSEHOLD)})
    at = request.context.at
    family = queries.family_of(household, at.date())
    return render(
        request,
        "records/my_page.html",
        {
            "family": family,
            "way": steps.way(family.step),
            "sections": sections.parts(household, at),
        },
    )
