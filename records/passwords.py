"""What a password must be: long and not one that somebody would try. Nothing else is asked of it.

No rule of composition, no expiry, no call outside (NIST SP 800-63B-4, 3.1.1.2; ASVS 5.0, 6.2).
"""

import functools
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from records.hashers import normal
from records.models import Parent

LONG, WITH_SECOND_FACTOR, LONGEST = 15, 12, 256
# A recovery code is no factor of its own: it stands in for a lost one.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertyuiopasdfghjklzxcvbnm")
# A latin name of two letters hides in every other word.
SHORTEST_WORD = 3
SHORTEST_UNIT = 5


def has_second_factor(user: Any) -> bool:
    """Whether a log-in of this account asks for more than its password. One query."""
    if user is None or user.pk is None:
        return False
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def least_length(user: Any) -> int:
    """How many characters a password of this account needs."""
    return WITH_SECOND_FACTOR if has_second_factor(user) else LONG


class LengthValidator:
    """15 characters or more, 12 beside a second factor; `always` sets one figure for everybody."""

    def __init__(self, always: int | None = None) -> None:
        self.always = always

    def validate(self, password: str, user: Any = None) -> None:
        count, least = len(normal(password)), self.always or least_length(user)
        if count < least:
            raise ValidationError(
                _("パスワードは%(least)s文字以上にしてください（今は%(count)s文字です）。")
                % {"least": least, "count": count},
                code="password_too_short",
            )
        if count > LONGEST:
            raise ValidationError(
                _("パスワードは%(most)s文字以内にしてください。") % {"most": LONGEST},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return _("%(least)s文字以上にしてください。") % {"least": self.always or LONG}


class FamiliarPasswordValidator(CommonPasswordValidator):
    """Refuses what anybody would try first: well-known passwords, words of this service or of the
    account with nothing but figures and signs around them, and patterns."""

    def validate(self, password: str, user: Any = None) -> None:
        text = normal(password).casefold()
        letters = "".join(filter(str.isalpha, text))
        if self._is_known(text, letters) or is_pattern(text):
            raise ValidationError(
                _("よく使われている、推測されやすいパスワードです。別のものにしてください。"),
                code="password_too_common",
            )
        if is_made_of(letters, {*context_words(), *words_of(user)}):
            raise ValidationError(
                _(
                    "お名前、メールアドレス、このサービスの名前だけでできたパスワードは、"
                    "推測されやすいため使えません。ほかの言葉を加えてください。"
                ),
                code="password_too_similar",
            )

    def _is_known(self, text: str, letters: str) -> bool:
        known = self.passwords | familiar_words()
        return text in known or _unit(text) in known or _unit(letters) in known


def is_made_of(letters: str, words: set[str]) -> bool:
    """Whether nothing is left once the words are taken out; a password without letters is not."""
    rest = letters
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return bool(letters) and not rest


def is_pattern(text: str) -> bool:
    """A run (abcdef…, 111…, 135…), a walk along the keyboard, or one short piece repeated."""
    steps = {(ord(b) - ord(a)) % 10 for a, b in itertools.pairwise(text)}
    walks = any(text in row * 3 or text in row[::-1] * 3 for row in ROWS)
    return len(steps) == 1 or walks or len(_unit(text)) < SHORTEST_UNIT


def _unit(text: str) -> str:
    """The piece of which a text is a repetition; the text itself where it is none."""
    return text[: (text + text).find(text, 1)] if text else ""


@functools.cache
def context_words() -> frozenset[str]:
    """Words of this service and this place."""
    return _words("context_words.txt")


@functools.cache
def familiar_words() -> frozenset[str]:
    """Passwords often chosen in Japan, beside the 20,000 that Django brings."""
    return _words("familiar_passwords.txt")


def words_of(user: Any) -> Iterator[str]:
    """The account's own words: address and names, as written and as read."""
    if user is None:
        return
    names = [user.name, *user.email.replace("@", " ").replace(".", " ").split(), user.email]
    if user.pk is not None:
        for parent in Parent.objects.filter(user_id=user.pk):
            names += [
                parent.family_name, parent.given_name, parent.family_name_kana,
                parent.given_name_kana,
            ]  # fmt: skip
    for name in names:
        word = "".join(filter(str.isalpha, normal(name).casefold()))
        if len(word) >= (SHORTEST_WORD if word.isascii() else 1):
            yield word


def _words(name: str) -> frozenset[str]:
    lines = (Path(__file__).parent / "words" / name).read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
