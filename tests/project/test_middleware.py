"""The wall around a request: one transaction, one context, nothing carried over."""

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from azukari.middleware import WallMiddleware
from history import clock
from history.context import NAMES
from history.models import Entry
from records.models import Operator
from records.rules import Duty
from tests.database import ACTOR
from tests.entries import as_entry
from tests.factories.records import facility


def ask(user, view, entry="staff", **session):
    """A request that meets the wall and a view of the test's own."""
    request = RequestFactory().get("/somewhere/")
    request.user = user
    request.session = session
    with as_entry(entry):
        return WallMiddleware(view)(request), request


def told(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [f"app.{name}"])
        return cursor.fetchone()[0]


def test_a_view_runs_as_the_person_on_duty(carer):
    def view(request):
        return HttpResponse("|".join(told(name) for name in ("actor", "role", "facilities")))

    response, request = ask(carer, view)

    here = facility("nerima").pk
    assert response.content.decode() == f"{carer.pk}|carer|{{{here}}}"
    assert request.user.duty == Duty(
        role="carer", facility=here, facilities=(here,), choices=((here, "練馬ぴよぴよ"),)
    )


def test_a_parent_runs_with_the_own_household(parent):
    def view(request):
        return HttpResponse("|".join(told(name) for name in ("role", "household", "facilities")))

    response, _request = ask(parent, view, entry="public")

    assert response.content.decode() == f"parent|{parent.parent.household_id}|"


def test_a_membership_counts_only_while_it_is_in_force(carer):
    carer.memberships.update(ends_on=clock.today().replace(year=2021))

    _response, request = ask(carer, lambda request: HttpResponse())

    assert request.user.duty is None
    assert request.context.facilities == ()


def test_a_facility_that_is_not_ones_own_cannot_be_chosen(carer):
    _response, request = ask(
        carer, lambda request: HttpResponse(), facility=facility("hikarigaoka").pk
    )

    assert request.user.duty.facility == facility("nerima").pk


def test_an_error_page_rolls_back(clerk):
    def view(request):
        Operator.objects.create(name="途中")
        return HttpResponse(status=500)

    ask(clerk, view)

    assert not Operator.objects.filter(name="途中").exists()


@pytest.mark.parametrize(("status", "entries"), [(403, 1), (404, 1), (200, 0)])
def test_what_was_refused_is_recorded(carer, status, entries):
    ask(carer, lambda request: HttpResponse(status=status))

    assert Entry.objects.filter(act="refused", actor=str(carer.pk)).count() == entries


def test_a_response_that_streams_is_refused(carer):
    with pytest.raises(RuntimeError, match="outside of the wall"):
        ask(carer, lambda request: StreamingHttpResponse([b"x"]))


def test_what_a_person_saw_is_kept_in_no_cache(carer):
    response, _request = ask(carer, lambda request: HttpResponse())

    assert response["Cache-Control"] == "no-store, private"


def test_nothing_is_left_of_the_request(carer):
    ask(carer, lambda request: HttpResponse())

    assert {name: told(name) for name in NAMES} == dict.fromkeys(NAMES, "") | {"actor": ACTOR}
