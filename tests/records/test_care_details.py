"""What is asked of an illness, a disability and a food besides the words (domain.md 3.7, 4.2)."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from history import clock
from records.enums import Answer, CareNeedKind, Confirmation
from records.forms import Statements
from records.models import Allergy, CareNeed
from tests.factories.booking import BookingFactory
from tests.factories.records import CareNeedFactory
from tests.people import child_of

TODAY = clock.today()
SINCE, RESOLVED = TODAY - dt.timedelta(days=90), TODAY - dt.timedelta(days=30)


def answers(**changes):
    """All three questions, answered as a browser sends them."""
    return {
        "allergy-answer": "no", "illness-answer": "no", "disability-answer": "no",
        "foods-TOTAL_FORMS": "1", "foods-INITIAL_FORMS": "0", **changes,
    }  # fmt: skip


ILL = {
    "illness-answer": "yes", "illness-content": "右うでの骨折", "illness-since": SINCE.isoformat(),
    "illness-resolved_on": RESOLVED.isoformat(),
}  # fmt: skip
DISABLED = {
    "disability-answer": "yes", "disability-content": "聴覚", "disability-support_level": "partial",
    "disability-handbook_kind": ["intellectual", "physical"],
}  # fmt: skip
FOOD = {
    "allergy-answer": "yes", "foods-0-allergen": "egg", "foods-0-severity": "exclusion",
    "foods-0-grounds": ["not_eaten", "symptoms"],
}  # fmt: skip


def send(client, child, **changes):
    sent = {
        "family_name": child.family_name, "given_name": child.given_name, "sex": child.sex,
        "family_name_kana": child.family_name_kana, "given_name_kana": child.given_name_kana,
        "date_of_birth": child.date_of_birth.isoformat(), **answers(**changes),
    }  # fmt: skip
    return client.post(f"/my/children/{child.pk}/edit/", sent)


def need_of(child, kind):
    return CareNeed.objects.get(child=child, kind=kind)


@pytest.fixture
def child(parent):
    return child_of(parent)


@pytest.fixture
def family(public_client, parent):
    return public_client.log_in(parent)


def test_a_parent_tells_since_when_and_that_it_is_over(family, child):
    assert send(family, child, **ILL).status_code == 302

    need = need_of(child, CareNeedKind.ILLNESS)
    assert (need.since, need.resolved_on, need.confirmation) == (
        SINCE, RESOLVED, Confirmation.UNCONFIRMED,
    )  # fmt: skip


def test_a_parent_tells_support_and_handbooks(family, child):
    assert send(family, child, **DISABLED).status_code == 302

    need = need_of(child, CareNeedKind.DISABILITY)
    # In the order of the choices, however they were ticked.
    assert (need.support_level, need.handbook_kind) == ("partial", "physical,intellectual")
    assert need.get_support_level_display() == "一部介助"
    assert need.get_handbook_kind_display() == "身体障害者手帳、愛の手帳（療育手帳）"


def test_a_parent_tells_why_a_food_is_excluded(family, child):
    assert send(family, child, **FOOD).status_code == 302

    food = Allergy.objects.get()
    assert food.grounds == "symptoms,not_eaten"
    assert food.get_grounds_display() == "① 明らかな症状の既往、④ 未摂取"


@pytest.mark.parametrize("said", [ILL, DISABLED], ids=["illness", "disability"])
def test_a_no_takes_the_details_along(family, child, said):
    send(family, child, **said)

    send(family, child)

    kept = CareNeed.objects.filter(child=child).values_list(
        "since", "resolved_on", "support_level", "handbook_kind"
    )
    assert set(kept) == {(None, None, "", "")}


def test_saying_the_same_again_changes_nothing(family, child):
    """What is confirmed stays so, and the history has nothing to tell."""
    said = {**ILL, **DISABLED, **FOOD}
    send(family, child, **said)
    before = CareNeed.history.count(), Allergy.history.count()
    known = {"foods-TOTAL_FORMS": "2", "foods-INITIAL_FORMS": "1"}

    assert send(family, child, **said, **known).status_code == 302

    assert (CareNeed.history.count(), Allergy.history.count()) == before
    assert before == (6, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"illness-since": (TODAY + dt.timedelta(days=1)).isoformat()}, "since"),
        ({"illness-resolved_on": (TODAY + dt.timedelta(days=1)).isoformat()}, "resolved_on"),
        ({"illness-resolved_on": (SINCE - dt.timedelta(days=1)).isoformat()}, "resolved_on"),
        ({"disability-handbook_kind": ["passport"]}, "handbook_kind"),
    ],
    ids=["begins tomorrow", "over tomorrow", "over before it began", "no such handbook"],
)
def test_what_can_not_be_is_refused_at_its_field(family, child, change, field):
    page = send(family, child, **{**ILL, **DISABLED, **change})

    assert page.status_code == 200
    found = [list(form.errors) for form in page.context["answers"].forms if form.errors]
    assert found == [[field]]
    assert need_of(child, CareNeedKind.ILLNESS).answer == Answer.NO


def test_a_ground_alone_must_be_confirmed_anew(database):
    need = CareNeedFactory.create(with_allergy=True, confirmed=True)
    food = need.allergies.get()
    sent = answers(
        **{
            "allergy-answer": "yes",
            "foods-TOTAL_FORMS": "2",
            "foods-INITIAL_FORMS": "1",
            "foods-0-allergen": food.allergen,
            "foods-0-severity": food.severity,
            "foods-0-detail": food.detail,
            "foods-0-medicine": food.medicine,
        }
    )
    changed = {}
    for grounds in ([], ["antibodies"]):
        said = Statements({**sent, "foods-0-grounds": grounds}, needs=[need])
        assert said.is_valid()
        changed[tuple(grounds)] = CareNeedKind.ALLERGY in said.changed()

    assert changed == {(): False, ("antibodies",): True}


@pytest.mark.parametrize(
    ("kind", "since", "resolved_on"),
    [
        (CareNeedKind.ALLERGY, SINCE, None), (CareNeedKind.DISABILITY, None, RESOLVED),
        (CareNeedKind.ILLNESS, RESOLVED, SINCE),
    ],
    ids=["of an allergy", "of a disability", "over before it began"],
)  # fmt: skip
def test_the_database_refuses_days_that_can_not_be(database, kind, since, resolved_on):
    CareNeedFactory.create(kind=CareNeedKind.ILLNESS, since=SINCE, resolved_on=RESOLVED)

    with pytest.raises(IntegrityError, match="care_need_"), transaction.atomic():
        CareNeedFactory.create(kind=kind, since=since, resolved_on=resolved_on)


def test_support_handbook_and_grounds_lie_encrypted(family, child):
    send(family, child, **DISABLED, **FOOD)

    with connection.cursor() as cursor:
        cursor.execute("SELECT support_level, handbook_kind FROM records_careneed")
        rows = cursor.fetchall()
        cursor.execute("SELECT grounds FROM records_allergy")
        stored = b"".join(bytes(value) for row in [*rows, *cursor.fetchall()] for value in row)
    words = [b"partial", b"physical", b"intellectual", b"symptoms", b"not_eaten"]
    assert [word for word in words if word in stored] == []
    assert need_of(child, CareNeedKind.DISABILITY).support_level == "partial"


def in_words(day):
    return f"{day.year}年{day.month}月{day.day}日"


def test_the_history_tells_them_in_words(family, child, staff_client, manager):
    send(family, child, **ILL, **DISABLED, **FOOD)

    page = staff_client.log_in(manager).get(f"/records/child/{child.pk}/history/")

    lines = {
        (line.label, line.after)
        for change in page.context["page"]
        for line in change.lines
        if line.label in ("いつから", "治った日", "支援の程度", "お持ちの手帳", "除去根拠")
    }
    assert lines == {
        ("いつから", in_words(SINCE)), ("治った日", in_words(RESOLVED)),
        ("支援の程度", "一部介助"), ("お持ちの手帳", "身体障害者手帳、愛の手帳（療育手帳）"),
        ("除去根拠", "① 明らかな症状の既往、④ 未摂取"),
    }  # fmt: skip


def test_where_the_child_is_booked_the_care_card_tells_them(
    family, child, staff_client, carer_elsewhere
):
    booking = BookingFactory.create(child=child)
    send(family, child, **ILL, **DISABLED, **FOOD)

    page = staff_client.log_in(carer_elsewhere).get(f"/today/{booking.pk}/card/")

    text = page.content.decode()
    words = ("治った日", "一部介助", "愛の手帳（療育手帳）", "④ 未摂取")
    assert [word for word in words if word not in text] == []
