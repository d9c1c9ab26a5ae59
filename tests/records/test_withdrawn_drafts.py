"""A child that a family takes back before it applied: gone from every list, kept in the history."""

import uuid

import pytest
from django.db import InternalError, ProgrammingError

from records import interview_book, queries
from records.actions import children, interviews
from records.actions.care_needs import Statement
from records.enums import Answer, CareNeedKind, RegistrationState
from records.models import Child, Registration
from records.refusals import AlreadyApplied
from tests.factories.records import (
    CareNeedFactory,
    ChildFactory,
    InterviewFactory,
    RegistrationFactory,
)
from tests.people import child_of, household_of
from tests.records.families import NOW, account_of, as_parent, family, place


@pytest.fixture
def sibling(parent):
    """A second child of a family that 練馬 knows, not yet applied for."""
    child = ChildFactory.create(household=household_of(parent), given_name="二葉")
    RegistrationFactory.create(child=child)
    CareNeedFactory.create(child=child)
    return child


@pytest.fixture
def client(public_client, parent):
    return public_client.log_in(parent)


def withdraw_by_hand(client, child):
    return client.post(f"/my/children/{child.pk}/withdraw/")


def lists(client, staff, interview):
    """Where the child's name stands."""
    pages = {
        "my page": client.get("/my/"),
        "children": staff.get("/records/child/"),
        "registrations": staff.get("/records/registration/"),
        "households": staff.get("/records/household/"),
        "sheet": staff.get(f"/interviews/{interview.pk}/"),
        "interviews": staff.get("/interviews/"),
    }
    assert {page.status_code for page in pages.values()} == {200}
    return {name for name, page in pages.items() if "二葉" in page.content.decode()}


def test_it_is_in_no_list_any_more(client, staff_client, carer, sibling):
    interview = InterviewFactory.create(household=sibling.household)
    staff = staff_client.log_in(carer)
    before = lists(client, staff, interview)

    response = withdraw_by_hand(client, sibling)

    assert response.status_code == 302
    assert before == {
        "my page", "children", "registrations", "households", "sheet", "interviews",
    }  # fmt: skip
    # The word of thanks on the next page still names it; a reload does not.
    client.get("/my/")
    assert lists(client, staff, interview) == set()


def test_its_own_pages_are_gone(client, staff_client, carer, sibling):
    withdraw_by_hand(client, sibling)

    own = [client.get(f"/my/children/{sibling.pk}/{page}").status_code for page in ("", "edit/")]
    theirs = staff_client.log_in(carer).get(f"/records/child/{sibling.pk}/change/").status_code
    assert (own, theirs) == ([404, 404], 404)


def test_the_rows_and_their_history_stay(client, parent, sibling):
    withdraw_by_hand(client, sibling)

    row = Child._base_manager.get(pk=sibling.pk)
    change = row.history.first()
    assert (row.given_name, change.history_type, change.history_user_id) == ("二葉", "~", parent.pk)
    assert change.withdrawn_at == row.withdrawn_at is not None
    assert Registration.objects.get(child_id=sibling.pk).state == RegistrationState.ENDED


def test_a_second_tap_is_no_error(client, sibling):
    withdraw_by_hand(client, sibling)

    assert withdraw_by_hand(client, sibling).status_code == 302
    assert Child.history.filter(id=sibling.pk, withdrawn_at__isnull=False).count() == 1


def test_only_a_draft_is_withdrawn(client, parent):
    child = child_of(parent)

    page = client.get(f"/my/children/{child.pk}/withdraw/")
    withdraw_by_hand(client, child)

    assert "取り下げますか" not in page.content.decode()
    assert child_of(parent) == child
    with pytest.raises(AlreadyApplied):
        children.withdraw(child=child, at=NOW)


def test_a_child_of_another_family_is_not_found(public_client, other_parent, sibling):
    assert withdraw_by_hand(public_client.log_in(other_parent), sibling).status_code == 404
    assert Child.objects.filter(pk=sibling.pk).exists()


def test_the_interview_is_for_the_others_alone(database):
    household = family(children=2)
    gone, stays = household.children.all()
    children.withdraw(child=gone, at=NOW)

    interview = interviews.book(
        household=household, place=place(), by=account_of(household), at=NOW
    )

    assert [row.child for row in interview.registrations.all()] == [stays]
    assert [each.child for each in interview_book.applicants(interview, on=NOW.date())] == [stays]


def test_it_does_not_settle_the_home(database):
    """The family may still choose any facility."""
    household = family()
    children.withdraw(child=household.children.get(), at=NOW)
    place()

    assert queries.interview_places(household, NOW).count() == 1


def test_the_same_child_can_be_entered_anew(parent, sibling):
    fields = {
        name: getattr(sibling, name)
        for name in (
            "family_name", "given_name", "family_name_kana", "given_name_kana", "sex",
            "date_of_birth",
        )
    }  # fmt: skip
    statements = dict.fromkeys(CareNeedKind, Statement(Answer.NO))
    children.withdraw(child=sibling, at=NOW)

    # The browser's old form, with the old number.
    again = children.add(
        household=sibling.household, fields=fields, statements=statements, number=sibling.pk
    )

    assert again.pk != sibling.pk
    assert isinstance(again.pk, uuid.UUID)
    assert again.registration.state == RegistrationState.DRAFT


def test_inside_the_walls_a_family_ends_nothing_that_it_applied_for(parent, sibling):
    household = household_of(parent)
    Registration.objects.filter(child=sibling).update(
        state=RegistrationState.APPLIED, applied_at=NOW
    )

    with (
        pytest.raises((ProgrammingError, InternalError), match="row-level security"),
        as_parent(parent, household),
    ):
        Registration.objects.filter(child=sibling).update(state=RegistrationState.ENDED)

    with as_parent(parent, household):
        kept = Registration.objects.exclude(child=sibling)
        assert (kept.count(), kept.update(state=RegistrationState.ENDED)) == (1, 0)
