import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from history import clock
from records import dates
from records.models import Child, Parent
from records.validators import (
    digits,
    katakana,
    validate_birth_date,
    validate_kana,
    validate_no_my_number,
    validate_phone,
    validate_postal_code,
)
from tests.factories.records import (
    ChildFactory,
    HouseholdFactory,
    ParentFactory,
    PickUpPersonFactory,
)
from tests.people import child_of


@pytest.mark.parametrize(
    "text", ["ネリマ", "ジョン・スミス", "リー", "アン　マリー", "ヴィクトリア"]
)
def test_kana_is_accepted(text):
    validate_kana(text)


@pytest.mark.parametrize("text", ["ねりま", "練馬", "Nerima", "ﾈﾘﾏ", "", "ネリマ1"])
def test_what_is_no_kana_is_refused(text):
    with pytest.raises(ValidationError):
        validate_kana(text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ねりま", "ネリマ"),
        ("ﾈﾘﾏ ﾊﾅｺ", "ネリマ ハナコ"),
        (" ネリマ ", "ネリマ"),
        ("ゔぃお", "ヴィオ"),
    ],
)
def test_kana_is_made_from_what_was_typed(typed, expected):
    assert katakana(typed) == expected


@pytest.mark.parametrize("text", ["0312345678", "09012345678"])
def test_phone_is_accepted(text):
    validate_phone(text)


@pytest.mark.parametrize("text", ["312345678", "03-1234-5678", "090123456789", "", "+81312345678"])
def test_what_is_no_phone_is_refused(text):
    with pytest.raises(ValidationError):
        validate_phone(text)


def test_digits_of_a_phone_as_it_is_written():
    assert digits("０３－１２３４（5678）") == "0312345678"


@pytest.mark.parametrize("text", ["176850", "17685012", "176-8501", "abcdefg"])
def test_what_is_no_postal_code_is_refused(text):
    with pytest.raises(ValidationError):
        validate_postal_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "123456789012", "番号は1234-5678-9012です", "1234 5678 9012", "１２３４５６７８９０１２",
        "1234　5678　9012", "1234ー5678ー9012",
    ],
)  # fmt: skip
def test_twelve_digits_are_refused(text):
    with pytest.raises(ValidationError):
        validate_no_my_number(text)


@pytest.mark.parametrize(
    "text", ["09012345678", "2026-11-05 10:00", "1234567890123", "牛乳200ml、卵1個", ""]
)
def test_other_numbers_pass(text):
    validate_no_my_number(text)


@pytest.mark.parametrize(
    ("family_name", "given_name"),
    [
        ("𠮷田", "髙橋"), ("﨑山", "葛󠄀子"), ("Nguyễn", "Thị Minh Khai"), ("スカルノ", ""),
        ("O'Connor-Smith", "Seán"),
    ],
    ids=["outside of JIS X 0208", "variation selector", "Latin", "single name", "apostrophe"],
)  # fmt: skip
def test_names_survive_as_they_are(db, family_name, given_name):
    child = ChildFactory.create(family_name=family_name, given_name=given_name, given_name_kana="")
    parent = ParentFactory.create(family_name=family_name, given_name=given_name)

    child.full_clean()
    parent.full_clean()

    found = Child.objects.get(pk=child.pk)
    assert (found.family_name, found.given_name) == (family_name, given_name)
    assert Parent.objects.get(pk=parent.pk).full_name == f"{family_name} {given_name}".strip()


@pytest.fixture
def today(monkeypatch):
    day = dt.date(2026, 11, 5)
    monkeypatch.setattr(clock, "now", lambda: clock.at(day, dt.time(12)))
    return day


@pytest.mark.parametrize("born", ["2026-11-05", "2020-04-02", "2019-11-06"])
def test_birth_date_of_a_child_before_school_is_accepted(today, born):
    validate_birth_date(dt.date.fromisoformat(born))


@pytest.mark.parametrize(
    "born", ["2026-11-06", "2019-11-05", "1990-01-01"], ids=["tomorrow", "seven today", "parent"]
)
def test_other_birth_dates_are_refused(today, born):
    with pytest.raises(ValidationError):
        validate_birth_date(dt.date.fromisoformat(born))


@pytest.mark.parametrize("years", [-1, 8], ids=["in the future", "at school"])
def test_staff_too_can_not_save_an_impossible_birth_date(staff_client, carer, parent, years):
    child = child_of(parent)
    born = dates.add_months(clock.today(), -12 * years)

    page = staff_client.log_in(carer).post(
        f"/records/child/{child.pk}/change/",
        {
            "family_name": "林", "given_name": "一花", "family_name_kana": "ハヤシ",
            "given_name_kana": "イチカ", "sex": "female", "date_of_birth": born.isoformat(),
            "pick_up_people-TOTAL_FORMS": "0", "pick_up_people-INITIAL_FORMS": "0",
        },
    )  # fmt: skip

    assert list(page.context["adminform"].form.errors) == ["date_of_birth"]
    child.refresh_from_db()
    assert child.date_of_birth != born


@pytest.fixture
def at_school(parent):
    """A child who was registered before school and has turned seven since."""
    child = child_of(parent)
    Child.objects.filter(pk=child.pk).update(date_of_birth=dates.add_months(clock.today(), -12 * 8))
    child.refresh_from_db()
    return child


def test_the_record_of_a_child_grown_too_old_is_still_saved(staff_client, carer, at_school):
    born = at_school.date_of_birth

    page = staff_client.log_in(carer).post(
        f"/records/child/{at_school.pk}/change/",
        {
            "family_name": "木村", "given_name": "一花", "family_name_kana": "キムラ",
            "given_name_kana": "イチカ", "sex": "female", "date_of_birth": born.isoformat(),
            "pick_up_people-TOTAL_FORMS": "0", "pick_up_people-INITIAL_FORMS": "0",
        },
    )  # fmt: skip

    assert page.status_code == 302
    at_school.refresh_from_db()
    assert (at_school.family_name, at_school.date_of_birth) == ("木村", born)


def test_a_new_birth_date_of_that_child_is_looked_at(at_school):
    at_school.full_clean()
    at_school.date_of_birth -= dt.timedelta(days=1)

    with pytest.raises(ValidationError) as refused:
        at_school.full_clean()

    assert list(refused.value.message_dict) == ["date_of_birth"]


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (PickUpPersonFactory, "name"), (PickUpPersonFactory, "relation"),
        (HouseholdFactory, "street"), (HouseholdFactory, "building"),
    ],
)  # fmt: skip
def test_free_text_takes_no_my_number(db, factory, field):
    row = factory.create()
    row.full_clean()
    setattr(row, field, "1234 5678 9012")

    with pytest.raises(ValidationError) as refused:
        row.full_clean()

    assert list(refused.value.message_dict) == [field]
