"""お子さんの情報を見た記録."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from records.models import Household
from records.readings import readings_of
from records.views.family import FamilyRequest, own_child, with_household

LINES = 50


@require_safe
@with_household
def readings(request: FamilyRequest, household: Household, child_id: uuid.UUID) -> HttpResponse:
    child = own_child(household, child_id)
    page = Paginator(readings_of(child.pk), LINES).get_page(request.GET.get("page"))
    return render(request, "records/readings.html", {"child": child, "page": page})
