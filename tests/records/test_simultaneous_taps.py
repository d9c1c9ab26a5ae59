"""Two taps at once: both pages knew the state from before, and one of them comes too late."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from history import clock
from records.actions import interviews, registrations
from records.enums import RegistrationState
from records.models import Interview, OutgoingMail, Registration
from records.refusals import AlreadyDone
from tests.factories.records import ChildFactory, InterviewFactory, ParentFactory


@pytest.fixture
def registration(database):
    child = ChildFactory.create(registered=True)
    ParentFactory.create(household=child.household, email="hayashi@example.jp")
    interview = InterviewFactory.create(household=child.household)
    Registration.objects.update(state=RegistrationState.INTERVIEWED, interview=interview)
    return child.registration


def activate(pk, by):
    registration = Registration.objects.get(pk=pk)
    return lambda: registrations.activate(registration=registration, by=by, on=clock.today())


def settle(act, pk, by):
    interview = Interview.objects.get(pk=pk)
    return lambda: act(interview=interview, by=by, at=clock.now())


def locks(queries, table):
    return [q["sql"] for q in queries if "FOR UPDATE" in q["sql"] and f'"{table}"' in q["sql"]]


def test_one_of_two_activations_passes(registration, carer):
    first, second = (activate(registration.pk, carer) for _ in range(2))

    with CaptureQueriesContext(connection) as queries:
        first()

    assert len(locks(queries, "records_registration")) == 1
    with pytest.raises(AlreadyDone):
        second()
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ((interviews.hold, interviews.miss), "held"),
        ((interviews.miss, interviews.hold), "absent"),
        ((interviews.hold, interviews.hold), "held"),
    ],
    ids=["held then missed", "missed then held", "held twice"],
)
def test_one_of_two_outcomes_passes(registration, carer, acts, state):
    pk = Interview.objects.get().pk
    first, second = (settle(act, pk, carer) for act in acts)

    with CaptureQueriesContext(connection) as queries:
        first()

    assert len(locks(queries, "records_interview")) == 1
    with pytest.raises(AlreadyDone):
        second()
    assert Interview.objects.get().state == state
