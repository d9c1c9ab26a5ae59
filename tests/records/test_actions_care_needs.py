"""What a family states, beside what the facility confirmed and what the doctor wrote."""

import datetime as dt

import pytest

from history import clock
from records.actions import care_needs, children, reviews
from records.actions.care_needs import Statement
from records.actions.reviews import Review
from records.enums import Allergen, Answer, CareNeedKind, Confirmation, DoctorForm, Severity
from records.models import Allergy, CareNeed, Child
from tests.factories.records import AllergyFactory, CareNeedFactory
from tests.people import household_of
from tests.records.families import as_parent

EGG = {
    "allergen": Allergen.EGG.value,
    "severity": Severity.ANAPHYLAXIS.value,
    "detail": "全身のじんましん",
    "medicine": "エピペン0.15 mg",
}
MILK = {"allergen": Allergen.MILK.value, "severity": Severity.EXCLUSION.value}


@pytest.fixture
def need(database):
    """Egg, confirmed, with the doctor's form."""
    return CareNeedFactory.create(with_allergy=True, confirmed=True)


@pytest.fixture
def unconfirmed(database):
    """Egg, as the family stated it: nobody has confirmed it yet."""
    return CareNeedFactory.create(with_allergy=True)


def kinds_of_change():
    """What the history of allergies says, oldest first."""
    return list(Allergy.history.order_by("history_id").values_list("history_type", flat=True))


def foods(need):
    return sorted(str(row.allergen) for row in need.allergies.all())


def test_what_stays_the_same_is_not_written_anew(need):
    egg = need.allergies.get()

    care_needs.state(need, Statement(Answer.YES, allergies=(EGG, MILK)))

    assert foods(need) == ["egg", "milk"]
    assert need.allergies.filter(pk=egg.pk).exists()
    assert kinds_of_change() == ["+", "+"]


def test_a_food_said_differently_is_changed(unconfirmed):
    care_needs.state(unconfirmed, Statement(Answer.YES, allergies=({**EGG, "medicine": ""},)))

    assert [(row.allergen, row.medicine) for row in unconfirmed.allergies.all()] == [("egg", "")]
    assert kinds_of_change() == ["+", "~"]


def test_a_food_said_no_more_goes(unconfirmed):
    care_needs.state(unconfirmed, Statement(Answer.YES, allergies=(MILK,)))

    assert foods(unconfirmed) == ["milk"]
    assert sorted(kinds_of_change()) == ["+", "+", "-"]


def test_two_foods_of_one_kind_stay_two(need):
    others = [
        {"allergen": "other", "severity": "caution", "detail": name, "medicine": ""}
        for name in ("山芋", "はちみつ")
    ]
    AllergyFactory.create(care_need=need, **others[0])

    care_needs.state(need, Statement(Answer.YES, allergies=(EGG, *others)))

    assert {str(row.detail) for row in need.allergies.all()} == {
        "全身のじんましん", "山芋", "はちみつ",
    }  # fmt: skip
    assert kinds_of_change() == ["+", "+", "+"]


@pytest.mark.parametrize(
    ("statement", "form"),
    [
        (Statement(Answer.YES, allergies=(EGG, MILK)), DoctorForm.MISSING),
        (Statement(Answer.YES, content="ほかに、山芋"), DoctorForm.MISSING),
        (Statement(Answer.UNKNOWN), DoctorForm.MISSING),
        (Statement(Answer.NO), DoctorForm.NOT_NEEDED),
    ],
    ids=["one more food", "words only", "unsure", "no more"],
)
def test_a_statement_never_leaves_a_valid_form(need, statement, form):
    care_needs.state(need, statement)

    found = CareNeed.objects.get()
    assert (found.confirmation, found.form, found.form_valid_until) == (
        Confirmation.UNCONFIRMED, form, None,
    )  # fmt: skip


@pytest.mark.parametrize("form", [DoctorForm.NOT_NEEDED, DoctorForm.MISSING])
def test_without_foods_the_form_stays_as_staff_left_it(database, form):
    need = CareNeedFactory.create(kind=CareNeedKind.ALLERGY, answer=Answer.YES, form=form)

    care_needs.state(need, Statement(Answer.UNKNOWN))

    assert CareNeed.objects.get().form == form


def test_staff_take_down_and_confirm_in_one_step(need, carer):
    until = clock.today() + dt.timedelta(days=200)

    reviews.record(
        child=need.child,
        needs_one_to_one=False,
        statements={CareNeedKind.ALLERGY: Statement(Answer.YES, allergies=(EGG, MILK))},
        reviews={CareNeedKind.ALLERGY: Review(True, DoctorForm.VALID, until)},
        by=carer,
        on=clock.today(),
    )

    found = CareNeed.objects.get()
    assert (found.confirmation, found.form, found.form_valid_until, found.confirmed_by) == (
        Confirmation.CONFIRMED, DoctorForm.VALID, until, carer,
    )  # fmt: skip
    assert foods(found) == ["egg", "milk"]


def test_inside_the_walls_a_family_states_anew_what_was_confirmed(parent):
    household = household_of(parent)
    child = household.children.get()
    child.care_needs.filter(kind=CareNeedKind.ALLERGY).delete()
    need = CareNeedFactory.create(child=child, with_allergy=True, confirmed=True)

    with as_parent(parent, household):
        children.change(
            child=Child.objects.get(pk=child.pk),
            statements={CareNeedKind.ALLERGY: Statement(Answer.YES, allergies=(EGG, MILK))},
        )

    need.refresh_from_db()
    assert (need.confirmation, need.form) == (Confirmation.UNCONFIRMED, DoctorForm.MISSING)
    assert foods(need) == ["egg", "milk"]
