"""Passwords: long, not familiar, and nothing else. Each refusal says what to do, at its field."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from azukari.demonstration import PASSWORD as DEMONSTRATED
from records.hashers import NormalArgon2PasswordHasher
from records.models import User
from records.passwords import is_pattern
from tests.entries import settings_of

LONG = "corn bicycle 窓辺 river"


def refusal(password, user=None, entry="public"):
    """The code of the refusal; empty where the password is taken."""
    with settings_of(entry):
        try:
            validate_password(password, user)
        except ValidationError as error:
            return error.error_list[0].code
    return ""


@pytest.mark.parametrize(
    ("password", "code"),
    [
        (LONG, ""),
        (DEMONSTRATED, ""),
        # Only length counts: no figure, no capital, no sign is asked for.
        ("bicyclewindowriver", ""),
        ("窓辺と自転車と川と猫と空と雲と", ""),
        ("x" * 3 + " bicycle window river " * 10, ""),
        ("short-one-2026", "password_too_short"),
        # Counted in its normal form: half-width kana and their marks become one letter.
        ("ﾊﾞﾊﾞﾊﾞﾊﾞﾊﾞﾊﾞﾊﾞﾊﾞ", "password_too_short"),
        ("bicycle " * 40, "password_too_long"),
        # Known ones, with figures and signs around them or not
        ("password12345678", "password_too_common"),
        ("Ｐａｓｓｗｏｒｄ１２３４５６７８", "password_too_common"),
        ("arigatougozaimasu!!", "password_too_common"),
        ("doraemondoraemon", "password_too_common"),
        ("sakura 2026 2026 2026", "password_too_common"),
        # Patterns
        ("123456789012345", "password_too_common"),
        ("aaaaaaaaaaaaaaaa", "password_too_common"),
        ("abcdefghijklmnop", "password_too_common"),
        ("qwertyuiopasdfghj", "password_too_common"),
        ("ぴよよぴよよぴよよぴよよぴよよ", "password_too_common"),
        # Words of this service, and nothing else
        ("nerima-piyopiyo-2026", "password_too_similar"),
        ("練馬区一時預かり2026-2026", "password_too_similar"),
        # ... are no reason to refuse what holds more
        ("nerima-piyopiyo-bicycle", ""),
    ],
)
def test_a_new_account_takes(db, password, code):
    assert refusal(password) == code


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("hayashi@example.jp", "password_too_similar"),
        ("Hayashi-2026-2026", "password_too_similar"),
        ("林1234-5678-90123", "password_too_similar"),
        ("ハヤシ 一時預かり 20260401", "password_too_similar"),
        ("hayashi bicycle 2026", ""),
    ],
)
def test_words_of_the_own_account_are_not_enough(parent, password, code):
    assert refusal(password, parent) == code


def test_twelve_characters_do_beside_a_second_factor(parent):
    shorter = "corn bicycle"
    assert refusal(shorter, parent) == "password_too_short"

    TOTP.activate(parent, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")

    assert refusal(shorter, parent) == ""
    assert refusal(shorter[:-1], parent) == "password_too_short"


def test_recovery_codes_alone_are_no_second_factor(parent):
    Authenticator.objects.create(user=parent, type=Authenticator.Type.RECOVERY_CODES, data={})

    assert refusal("corn bicycle", parent) == "password_too_short"


def test_the_terminal_is_the_second_factor_of_staff(carer):
    assert refusal("corn bicycle", carer, entry="staff") == ""
    assert refusal("corn bicycl", carer, entry="staff") == "password_too_short"
    assert refusal("nerima-piyopiyo-2026", carer, entry="staff") == "password_too_similar"


@pytest.mark.parametrize("text", ["13579135791357", "zxcvbnmzxcvbnm", "0987654321", "ab" * 9])
def test_patterns(text):
    assert is_pattern(text)


@pytest.mark.parametrize(
    ("typed", "later"),
    [
        ("ｂｉｃｙｃｌｅ　ｗｉｎｄｏｗ", "bicycle window"),
        ("か\u3099っこう window", "がっこう window"),
        ("ｶﾞｯｺｳ window", "ガッコウ window"),
    ],
)
def test_the_keyboard_makes_no_difference(typed, later):
    hasher = NormalArgon2PasswordHasher()

    assert hasher.verify(later, hasher.encode(typed, "salt" * 4))
    assert not hasher.verify(later + " ", hasher.encode(typed, "salt" * 4))


def test_spaces_at_the_ends_belong_to_the_password(public_client):
    public_client.post(
        public_client.url("account_signup"),
        {"email": "hajime@example.jp", "password1": f" {LONG} "},
    )

    user = User.objects.get(email="hajime@example.jp")
    assert user.check_password(f" {LONG} ")
    assert not user.check_password(LONG)


def test_the_refusal_stands_at_its_field(public_client):
    page = public_client.post(
        public_client.url("account_signup"),
        {"email": "hajime@example.jp", "password1": "hajime-hajime-2026"},
    )

    form = page.context["form"]
    assert page.status_code == 200
    assert form.errors.as_data().keys() == {"password1"}
    assert "ほかの言葉を加えてください" in form.errors["password1"][0]
    assert form["email"].value() == "hajime@example.jp"
    assert not User.objects.filter(email="hajime@example.jp").exists()
