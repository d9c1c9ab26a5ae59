"""What managers read of a child's allergies: on its history and in the feed of changes."""

import pytest

from records.models import Child
from tests.factories.records import CareNeedFactory, ChildFactory, ParentFactory


@pytest.fixture
def child(database):
    child = ChildFactory.create(registered=True, family_name="林", given_name="蒼")
    ParentFactory.create(household=child.household)
    child.care_needs.filter(kind="allergy").delete()
    CareNeedFactory.create(child=child, with_allergy=True, confirmed=True)
    return Child.objects.get(pk=child.pk)


def test_the_history_of_a_child_tells_of_its_allergies(child, staff_client, manager):
    page = staff_client.log_in(manager).get(f"/records/child/{child.pk}/history/")

    lines = [
        (change.record, line.label, line.after)
        for change in page.context["page"]
        for line in change.lines
    ]
    assert ("アレルギー", "原因食品", "鶏卵") in lines
    assert ("アレルギー", "重さ", "重（アナフィラキシー）") in lines
    assert "鶏卵" in page.content.decode()


def test_the_feed_names_the_child_of_an_allergy(child, staff_client, manager):
    page = staff_client.log_in(manager).get("/changes/?kind=records.allergy&person=everybody")

    assert [change.subject for change in page.context["feed"].changes] == [
        "林 蒼 鶏卵 重（アナフィラキシー）"
    ]


def test_an_allergy_that_was_taken_away_still_names_its_child(child, staff_client, manager):
    child.care_needs.get(kind="allergy").allergies.get().delete()

    page = staff_client.log_in(manager).get("/changes/?kind=records.allergy&person=everybody")

    assert [change.subject for change in page.context["feed"].changes] == ["林 蒼", "林 蒼"]
