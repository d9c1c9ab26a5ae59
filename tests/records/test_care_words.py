"""What a carer must know is shown whole, and always in the same order."""

import pytest

from history import clock
from records import care_marks
from records.models import Child
from tests.factories.records import CareNeedFactory, ChildFactory

LONG = (
    "熱が38度を超えたらすぐに保護者へ電話し、座薬は使わず、けいれんが5分続いたら救急車を呼ぶ。" * 4
)


@pytest.fixture
def child(database):
    child = ChildFactory.create(registered=True)
    child.care_needs.all().delete()
    for kind in ("disability", "illness", "allergy"):
        CareNeedFactory.create(child=child, kind=kind, answer="yes", content=LONG, confirmed=True)
    return child


def test_a_mark_says_every_word(child):
    marks = care_marks.marks_of(child, on=clock.today())

    assert [mark.text for mark in marks] == [LONG, LONG, LONG]


@pytest.mark.parametrize("changed", ["allergy", "illness", "disability"])
def test_needs_keep_their_order_whichever_changed_last(child, changed):
    need = child.care_needs.get(kind=changed)
    need.content = "変更"
    need.save()

    needs = Child.objects.get(pk=child.pk).needs_in_order()

    assert [each.kind for each in needs] == ["allergy", "illness", "disability"]


def test_the_record_shows_the_needs_in_that_order(child, staff_client, manager):
    page = staff_client.log_in(manager).get(f"/records/child/{child.pk}/change/").content.decode()

    care = page.partition('<div class="care-needs">')[2]
    places = [
        care.index(f"<strong>{word}</strong>") for word in ("アレルギー", "疾病・ケガ", "障害")
    ]
    assert places == sorted(places)
