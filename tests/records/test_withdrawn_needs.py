"""A family's change warns at once and clears nothing until the facility has confirmed it anew."""

import datetime as dt

import pytest

from history import clock
from records import care_marks
from records.actions import care_needs
from records.actions.care_needs import Statement
from records.care_marks import Sign
from records.enums import Answer, CareNeedKind, DoctorForm
from records.forms.care_needs import Statements
from records.interview_book import changed_since
from records.models import CareNeed, Child
from records.queries import duty_of
from tests.factories.records import (
    AllergyFactory,
    CareNeedFactory,
    ChildFactory,
    InterviewFactory,
    RegistrationFactory,
)

EGG = {"allergen": "egg", "severity": "anaphylaxis", "detail": "せき", "medicine": "エピペン"}
MILD_EGG = EGG | {"severity": "caution"}


@pytest.fixture
def need(db, carer):
    """A confirmed severe allergy of an active child."""
    child = ChildFactory.create()
    RegistrationFactory.create(child=child, active=True, interview=InterviewFactory.create())
    found = CareNeedFactory.create(child=child, kind=CareNeedKind.ALLERGY, answer=Answer.YES)
    AllergyFactory.create(care_need=found, **EGG)
    return care_needs.confirm(
        found, by=carer, on=clock.today(), form=DoctorForm.VALID,
        form_valid_until=clock.today() + dt.timedelta(days=90),
    )  # fmt: skip


def severe_marks(need):
    child = Child.objects.prefetch_related("care_needs__allergies").get(pk=need.child_id)
    return [
        (mark.text, mark.is_withdrawn)
        for mark in care_marks.marks_of(child, on=clock.today())
        if mark.sign == Sign.ANAPHYLAXIS
    ]


def test_a_no_leaves_the_confirmed_allergy_on_the_list(need):
    assert severe_marks(need) == [("鶏卵", False)]

    care_needs.state(need, Statement(Answer.NO))

    assert severe_marks(need) == [("鶏卵", True)]


def test_a_milder_statement_stands_beside_the_confirmed_one(need):
    care_needs.state(need, Statement(Answer.YES, allergies=(MILD_EGG,)))

    assert severe_marks(need) == [("鶏卵", True)]
    assert [str(a.severity) for a in need.stated_allergies()] == ["caution"]


def test_a_second_change_does_not_clear_either(need):
    care_needs.state(need, Statement(Answer.NO))
    care_needs.state(need, Statement(Answer.UNKNOWN))

    assert severe_marks(need) == [("鶏卵", True)]


def test_stating_it_again_takes_the_withdrawal_back(need):
    care_needs.state(need, Statement(Answer.NO))
    care_needs.state(need, Statement(Answer.YES, allergies=(EGG,)))

    assert severe_marks(need) == [("鶏卵", False)]


def test_only_the_confirmation_clears(need, carer):
    care_needs.state(need, Statement(Answer.NO))
    care_needs.confirm(need, by=carer, on=clock.today())

    assert severe_marks(need) == []
    assert not need.allergies.exists()


def test_what_nobody_confirmed_is_simply_corrected(need):
    CareNeed.objects.filter(pk=need.pk).update(
        confirmation="unconfirmed", confirmed_by=None, confirmed_on=None
    )
    need.refresh_from_db()

    care_needs.state(need, Statement(Answer.NO))

    assert severe_marks(need) == []


def test_the_words_of_an_illness_stay_as_well(db, carer):
    illness = CareNeedFactory.create(
        kind=CareNeedKind.ILLNESS, answer=Answer.YES, content="熱性けいれん"
    )
    care_needs.confirm(illness, by=carer, on=clock.today())

    care_needs.state(illness, Statement(Answer.NO))

    marks = care_marks.marks_of(illness.child, on=clock.today())
    assert ("熱性けいれん", True) in [(mark.text, mark.is_withdrawn) for mark in marks]


def test_the_familys_form_shows_what_it_states_now(need):
    care_needs.state(need, Statement(Answer.YES, allergies=(MILD_EGG,)))

    said = Statements(needs=[CareNeed.objects.get(pk=need.pk)]).before[CareNeedKind.ALLERGY]

    assert [food["severity"] for food in said.allergies] == ["caution"]


def test_the_home_facility_is_told(need, carer):
    assert changed_since(on_duty(carer)) == []

    care_needs.state(need, Statement(Answer.NO))

    assert changed_since(on_duty(carer)) == [need.child]


def on_duty(user):
    user.duty = duty_of(user, at=clock.now())
    return user
