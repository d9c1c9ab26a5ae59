"""The parents' names: the family's to write until a child is active, then the facility's (4.2)."""

import pytest

from records.enums import RegistrationState
from records.models import Parent, Registration
from tests.factories.records import ParentFactory
from tests.people import household_of

ADDRESS = {
    "postal_code": "1768501",
    "prefecture": "東京都",
    "city": "練馬区",
    "street": "豊玉北6-12-1",
}
NEW = {
    "family_name": "森", "given_name": "花", "family_name_kana": "モリ", "given_name_kana": "ハナ",
    "mobile_phone": "08011112222",
}  # fmt: skip
BEFORE = (
    RegistrationState.DRAFT, RegistrationState.APPLIED, RegistrationState.INTERVIEW_BOOKED,
    RegistrationState.INTERVIEWED,
)  # fmt: skip
AFTER = (RegistrationState.ACTIVE, RegistrationState.SUSPENDED)


@pytest.mark.parametrize("state", [*BEFORE, *AFTER])
@pytest.mark.parametrize("whose", ["own", "other"])
def test_a_name_is_changed_by_the_family_until_activation(public_client, parent, state, whose):
    household = household_of(parent)
    me = household.parents.get()
    other = ParentFactory.create(household=household, is_first_contact=False)
    Registration.objects.update(state=state)
    changed = me if whose == "own" else other
    path = "/my/household/" if whose == "own" else f"/my/household/parents/{other.pk}/edit/"

    response = public_client.log_in(parent).post(path, {**ADDRESS, **NEW})

    assert response.status_code == 302
    found = Parent.objects.get(pk=changed.pk)
    expected = "森 花" if state in BEFORE else changed.full_name
    assert (found.full_name, found.mobile_phone) == (expected, "08011112222")
    assert changed.full_name != "森 花"


def test_the_page_says_how_to_propose_it(public_client, parent):
    me = household_of(parent).parents.get()

    page = public_client.log_in(parent).get("/my/household/")

    assert page.context["parent"].is_fixed
    assert f'href="/my/household/parents/{me.pk}/proposal/"' in page.content.decode()


def test_the_facility_changes_it(staff_client, carer, parent):
    household = household_of(parent)
    me = household.parents.get()

    response = staff_client.log_in(carer).post(
        f"/records/household/{household.pk}/change/",
        {
            **ADDRESS, "parents-TOTAL_FORMS": "1", "parents-INITIAL_FORMS": "1",
            "parents-0-id": me.pk, "parents-0-household": household.pk,
            "parents-0-is_first_contact": "on",
            **{f"parents-0-{name}": value for name, value in NEW.items()},
        },
    )  # fmt: skip

    assert response.status_code == 302
    assert household.parents.get().full_name == "森 花"
