"""Which role can be held where, and periods that no range could hold."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from booking.models import OpeningPattern, Tariff, UseRule
from history import clock
from records.enums import Role
from records.models import FacilityMembership, RegistrationRule
from tests.factories.records import FacilityMembershipFactory, facility

FIRST, BEFORE = dt.date(2026, 4, 1), dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("code", "role"),
    [("hq", Role.CARER), ("hq", Role.MANAGER), ("hikarigaoka", Role.CENTER),
     ("hikarigaoka", Role.AUDITOR), ("hikarigaoka", Role.ADMINISTRATOR)],
)  # fmt: skip
def test_a_role_at_the_wrong_place_is_refused(db, code, role):
    with pytest.raises(ValidationError):
        FacilityMembershipFactory.create(facility=facility(code), role=role)

    assert not FacilityMembership.objects.exists()


@pytest.mark.parametrize(
    ("code", "role"),
    [("hq", Role.CENTER), ("hq", Role.EDITOR), ("seki", Role.CARER), ("seki", Role.EDITOR)],
)
def test_a_role_at_its_place_is_granted(db, code, role):
    FacilityMembershipFactory.create(facility=facility(code), role=role)

    assert FacilityMembership.objects.get().role == role


@pytest.mark.parametrize("model", [UseRule, Tariff, OpeningPattern, RegistrationRule])
def test_a_version_that_ends_before_it_begins_is_refused_at_its_field(model):
    version = model(valid_from=FIRST, valid_to=BEFORE)

    with pytest.raises(ValidationError) as refused:
        version.clean()

    assert list(refused.value.message_dict) == ["valid_to"]


def added(client, user, **dates):
    data = {"user": user.pk, "facility": facility("seki").pk, "role": "carer", "starts_on": FIRST}
    return client.post("/records/facilitymembership/add/", data | dates)


def test_the_center_adds_one_by_its_form(staff_client, clerk, carer):
    answer = added(staff_client.log_in(clerk), carer)

    assert answer.status_code == 302
    assert FacilityMembership.objects.get(user=carer, facility=facility("seki")).role == "carer"


def test_a_second_role_there_in_that_time_is_a_message(staff_client, clerk, carer):
    staff_client.log_in(clerk)
    added(staff_client, carer)

    answer = added(staff_client, carer)

    assert "同じ期間の所属がすでにあります" in answer.content.decode()
    FacilityMembership.objects.filter(facility=facility("seki")).update(ended_at=clock.now())
    assert added(staff_client, carer).status_code == 302


def test_a_membership_that_ends_before_it_begins_is_a_message_not_an_error(staff_client, clerk):
    answer = added(staff_client.log_in(clerk), clerk, ends_on=BEFORE)

    assert answer.status_code == 200
    assert "終了日は開始日以後にしてください。" in answer.content.decode()
