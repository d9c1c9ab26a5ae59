"""Form fields that take what people write: eras, kana of any width, telephone numbers as they come.

Names have no field here on purpose: they are kept letter for letter (𠮷, 髙), never normalised.
"""

import datetime as dt
import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from records import dates
from records.validators import katakana

# Every hyphen, dash and minus that a keyboard gives.
_BETWEEN_DIGITS = re.compile(r"[\s()\-‐‑–—―−－ー〒]")


class DateField(forms.DateField):
    """A day as 2025-10-20, 2025年10月20日, 令和7年10月20日 or R7.10.20."""

    widget = forms.DateInput
    default_error_messages = {
        "invalid": _("日付を読み取れません。例：2025-10-20、令和7年10月20日"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("例：2025-10-20 または 令和7年10月20日"))
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values or isinstance(value, dt.date):
            return value or None
        try:
            return dates.parse_date(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class KanaField(forms.CharField):
    """A reading, kept in full-width katakana, typed in hiragana or half width as well."""

    def to_python(self, value: Any) -> str:
        return katakana(super().to_python(value) or "")


class DigitsField(forms.CharField):
    """Digits only, whatever stands between them; a letter stays for the validator to refuse."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFKC", super().to_python(value) or "")
        return _BETWEEN_DIGITS.sub("", text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # Hyphens may be typed, so the browser must not cut at the number of digits.
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class PhoneField(DigitsField):
    """Also as it stands in a telephone abroad: +81 90-…."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(re.sub(r"^\s*[+＋]81[\s-]*0?", "0", str(value or "")))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "tel", "autocomplete": "tel-national"}


class PostalCodeField(DigitsField):
    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {
            "inputmode": "numeric", "autocomplete": "postal-code",
        }  # fmt: skip
