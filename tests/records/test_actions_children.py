"""Children enter the register, each once."""

import uuid

import pytest

from records.actions import children
from records.actions.care_needs import Statement
from records.enums import Answer, CareNeedKind
from records.refusals import ChildKnown
from tests.factories.records import HouseholdFactory
from tests.people import child_of

NO_NEEDS = {kind: Statement(Answer.NO) for kind in CareNeedKind}


def fields(known, **changed):
    names = (
        "family_name", "given_name", "family_name_kana", "given_name_kana", "sex",
        "date_of_birth",
    )  # fmt: skip
    return {name: getattr(known, name) for name in names} | changed


def add(household, fields, number=None):
    return children.add(household=household, fields=fields, statements=NO_NEEDS, number=number)


def test_the_same_child_is_not_added_twice(parent):
    known = child_of(parent)

    with pytest.raises(ChildKnown):
        add(known.household, fields(known, given_name="いちか"))

    assert known.household.children.count() == 1


def test_a_twin_is_another_child(parent):
    known = child_of(parent)

    add(known.household, fields(known, given_name="二葉", given_name_kana="フタバ"))

    assert known.household.children.count() == 2


def test_a_child_of_another_family_is_no_obstacle(parent):
    household = HouseholdFactory.create()

    add(household, fields(child_of(parent)))

    assert household.children.count() == 1


def test_a_form_sent_twice_is_no_second_child(parent):
    household = child_of(parent).household
    number = uuid.uuid4()
    twin = fields(child_of(parent), given_name_kana="フタバ")

    first, second = (add(household, twin, number) for _ in range(2))

    assert first == second


def test_a_family_reads_why(public_client, parent):
    known = child_of(parent)
    typed = fields(known) | {f"{kind}-answer": "no" for kind in CareNeedKind.values}
    typed |= {"foods-TOTAL_FORMS": "0", "foods-INITIAL_FORMS": "0", "number": str(uuid.uuid4())}

    page = public_client.log_in(parent).post("/my/children/new/", typed)

    assert page.status_code == 200
    assert str(ChildKnown.reason) in page.content.decode()
    assert known.household.children.count() == 1
