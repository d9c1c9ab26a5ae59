"""What is sensitive lies encrypted in the database, bound to its place, under keys that turn."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from history.walls import history_table
from records import keys
from records.models import Allergy, CareNeed, DataKey, StaffNote
from tests.factories.records import AllergyFactory, CareNeedFactory, StaffNoteFactory

SECRET = "てんかんの既往"


def stored(row, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        return bytes(cursor.fetchone()[0])


def store(row, column, value):
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk]
        )


@pytest.fixture
def need(db):
    return CareNeedFactory.create(content=SECRET)


@pytest.fixture
def rotated_keys(settings):
    """A new wrapping key in front of the old one."""
    settings.DATA_KEYS = f"new:{base64.b64encode(b'n' * 32).decode()},{settings.DATA_KEYS}"
    keys.forget()
    yield settings
    keys.forget()


def test_the_database_holds_no_plain_text(need):
    allergy = AllergyFactory.create(detail=SECRET)

    for row, column in ((need, "content"), (allergy, "detail"), (allergy, "allergen")):
        value = stored(row, column)

        assert SECRET.encode() not in value
        assert b"egg" not in value
    assert CareNeed.objects.get(pk=need.pk).content == SECRET
    assert Allergy.objects.get(pk=allergy.pk).allergen == "egg"


def test_history_holds_no_plain_text_and_can_be_read(need):
    row = need.history.get()

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT content FROM {history_table(CareNeed)} WHERE id = %s", [need.pk])
        assert SECRET.encode() not in bytes(cursor.fetchone()[0])
    assert row.content == SECRET


def test_equal_texts_look_different(need):
    other = CareNeedFactory.create(content=SECRET)

    assert stored(other, "content") != stored(need, "content")


def test_a_changed_value_is_refused(need):
    value = bytearray(stored(need, "content"))
    value[-1] ^= 1
    store(need, "content", bytes(value))

    with pytest.raises(ValueError, match="changed, moved or cut"):
        CareNeed.objects.get(pk=need.pk)


def test_a_value_moved_to_another_field_is_refused(db):
    allergy = AllergyFactory.create()
    store(allergy, "medicine", stored(allergy, "detail"))

    with pytest.raises(ValueError, match="changed, moved or cut"):
        Allergy.objects.get(pk=allergy.pk)


def test_a_value_that_is_not_changed_keeps_its_form(need):
    before = stored(need, "content")
    found = CareNeed.objects.get(pk=need.pk)

    found.content = str(SECRET)
    found.save()

    assert stored(need, "content") == before
    assert need.history.count() == 1


def test_a_changed_text_is_encrypted_anew(need):
    before = stored(need, "content")
    found = CareNeed.objects.get(pk=need.pk)

    found.content = SECRET + "あり"
    found.save()

    assert stored(need, "content") != before
    assert CareNeed.objects.get(pk=need.pk).content == SECRET + "あり"


@pytest.mark.parametrize("lookup", ["content", "content__contains", "content__gt", "content__in"])
def test_lookups_are_refused(db, lookup):
    with pytest.raises(FieldError):
        CareNeed.objects.filter(**{lookup: SECRET})


def test_rotation_wraps_the_data_key_and_touches_no_row(need, rotated_keys):
    before = stored(need, "content")
    row = DataKey.objects.get()
    old, new = keys.wrapping_keys()["test"], keys.wrapping_keys()["new"]
    plain = keys.unseal(AESGCM(old), bytes(row.wrapped), b"data key")

    row.wrapped, row.wrapped_by = keys.seal(AESGCM(new), plain, b"data key"), "new"
    row.save()
    rotated_keys.DATA_KEYS = rotated_keys.DATA_KEYS.partition(",")[0]
    keys.forget()

    assert stored(need, "content") == before
    assert CareNeed.objects.get(pk=need.pk).content == SECRET


def test_without_its_wrapping_key_nothing_can_be_read(need, settings):
    settings.DATA_KEYS = f"other:{base64.b64encode(b'o' * 32).decode()}"
    keys.forget()

    with pytest.raises(LookupError, match="lacks the key test"):
        CareNeed.objects.get(pk=need.pk)

    settings.DATA_KEYS = "test:" + base64.b64encode(b"t" * 32).decode()
    keys.forget()


@pytest.mark.parametrize("value", ["", "short:YWJj", "nocolon", "x:not base64!"])
def test_a_wrong_key_is_refused(settings, value):
    settings.DATA_KEYS = value
    keys.wrapping_keys.cache_clear()

    with pytest.raises(ImproperlyConfigured):
        keys.wrapping_keys()

    keys.wrapping_keys.cache_clear()


def test_an_empty_text_is_encrypted_too(db):
    note = StaffNoteFactory.create(text="")

    assert stored(note, "text") != b""
    assert StaffNote.objects.get(pk=note.pk).text == ""


def test_rotation_wraps_the_keys_and_rewrites_no_row(need, rotated_keys, capsys):
    before = stored(need, "content")
    wrapped = bytes(DataKey.objects.get().wrapped)

    call_command("rotate_keys")

    assert capsys.readouterr().out == "1 data keys wrapped anew; all are under new\n"
    assert DataKey.objects.get().wrapped_by == "new"
    assert bytes(DataKey.objects.get().wrapped) != wrapped
    assert stored(need, "content") == before
    # And now the old wrapping key may go.
    rotated_keys.DATA_KEYS = rotated_keys.DATA_KEYS.partition(",")[0]
    keys.forget()
    assert CareNeed.objects.get(pk=need.pk).content == SECRET


def test_rotation_twice_changes_nothing_more(need, rotated_keys):
    call_command("rotate_keys")
    wrapped = bytes(DataKey.objects.get().wrapped)

    call_command("rotate_keys")

    assert bytes(DataKey.objects.get().wrapped) == wrapped


def test_a_fresh_data_key_encrypts_what_comes_and_the_old_opens_what_was(need, rotated_keys):
    old = CareNeed.objects.get(pk=need.pk)

    call_command("rotate_keys", "--new-key")
    other = CareNeedFactory.create(content=SECRET)

    assert stored(need, "content")[:4] != stored(other, "content")[:4]
    assert CareNeed.objects.get(pk=old.pk).content == SECRET
    assert CareNeed.objects.get(pk=other.pk).content == SECRET


def test_rotation_without_the_old_key_changes_nothing(need, settings):
    before = list(DataKey.objects.values_list("wrapped_by", flat=True))
    settings.DATA_KEYS = f"new:{base64.b64encode(b'n' * 32).decode()}"
    keys.forget()

    with pytest.raises(CommandError, match=r"Nothing was changed\. AZUKARI_DATA_KEYS lacks"):
        call_command("rotate_keys", "--new-key")

    assert list(DataKey.objects.values_list("wrapped_by", flat=True)) == before
    keys.forget()


def test_rotation_under_another_key_of_the_same_name_changes_nothing(need, settings):
    new, other = (base64.b64encode(letter * 32).decode() for letter in (b"n", b"o"))
    settings.DATA_KEYS = f"new:{new},test:{other}"
    keys.forget()

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("rotate_keys")

    assert DataKey.objects.get().wrapped_by == "test"
    keys.forget()
