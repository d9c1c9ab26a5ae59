import pytest
from django.core.exceptions import ValidationError

from records.models import Child, Parent
from records.validators import (
    digits,
    katakana,
    validate_kana,
    validate_no_my_number,
    validate_phone,
    validate_postal_code,
)
from tests.factories.records import ChildFactory, ParentFactory


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
