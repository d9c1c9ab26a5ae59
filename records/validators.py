"""Validation of names, telephone numbers and free text (domain.md 3.8)."""

import datetime as dt
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from history import clock
from records import dates

OLDEST_YEARS = 7
_KANA = re.compile(r"^[ァ-ヶー・ 　]+$")
_HIRAGANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_PHONE = re.compile(r"^0\d{9,10}$")
_MY_NUMBER = re.compile(r"(?<!\d)(?:\d[\s\-‐－ー]?){11}\d(?!\d)")


def katakana(text: str) -> str:
    """Full-width katakana from half width or hiragana."""
    return unicodedata.normalize("NFKC", text).translate(_HIRAGANA).strip()


def digits(text: str) -> str:
    """The digits of a telephone number or postal code, however it was written."""
    return re.sub(r"[^\d]", "", unicodedata.normalize("NFKC", text))


def validate_kana(value: str) -> None:
    if not _KANA.match(value):
        raise ValidationError(_("全角カタカナで入力してください。例：ネリマ"), code="kana")


def validate_phone(value: str) -> None:
    if not _PHONE.match(value):
        raise ValidationError(
            _("市外局番から、10桁または11桁の数字で入力してください。例：0312345678"),
            code="phone",
        )


def validate_postal_code(value: str) -> None:
    if not re.match(r"^\d{7}$", value):
        raise ValidationError(
            _("郵便番号は7桁の数字で入力してください。例：1768501"), code="postal_code"
        )


def validate_birth_date(value: dt.date) -> None:
    """Of a child before school, as far as the clock knows."""
    today = clock.today()
    if value > today:
        raise ValidationError(_("生年月日が今日より後になっています。"), code="future")
    if dates.age_on(value, today) >= OLDEST_YEARS:
        raise ValidationError(
            _("小学校入学前のお子さんが対象です。生年月日をご確認ください。"), code="too_old"
        )


def validate_no_my_number(value: str) -> None:
    """個人番号 must never enter this system, so no run of twelve digits may."""
    if _MY_NUMBER.search(unicodedata.normalize("NFKC", value)):
        raise ValidationError(
            _("12桁の数字は入力できません。個人番号（マイナンバー）は記入しないでください。"),
            code="my_number",
        )
