"""Asking for a child that is not at home here: by its number, or by reading and birth date."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from records import codes
from records.actions.emergencies import Sought
from records.finding import SHORTEST_REASON
from records.forms.fields import DateField, KanaField
from records.validators import validate_kana, validate_no_my_number


class FindChildForm(forms.Form):
    code = forms.CharField(
        label=_("児童ID"), required=False, max_length=20,
        help_text=_("カードの9桁の数字です。ハイフンはあってもなくても読み取ります。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    kana = KanaField(
        label=_("お子さんの氏名（カナ）"), required=False, max_length=130,
        validators=[validate_kana],
        help_text=_("姓と名をすべて。ひらがなでも入力できます。例：ネリマ ハナコ"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    born = DateField(label=_("生年月日"), required=False)

    def clean_code(self) -> str:
        """A slip of the finger is found by the check digit, before anybody is asked."""
        code = codes.normalised(self.cleaned_data["code"])
        if code and not codes.is_valid(code):
            raise ValidationError(_("児童IDの数字を読み取れません。もう一度お確かめください。"))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or cleaned.get("code"):
            return cleaned
        if not cleaned.get("kana") and not cleaned.get("born"):
            raise ValidationError(
                _("児童ID、または、お子さんの氏名（カナ）と生年月日の両方を入力してください。")
            )
        for name in ("kana", "born"):
            if not cleaned.get(name):
                self.add_error(name, _("氏名（カナ）と生年月日は、両方とも必要です。"))
        return cleaned

    @property
    def sought(self) -> Sought:
        """Whom to look for. Call it on a valid form."""
        data = self.cleaned_data
        if data["code"]:
            return Sought(code=data["code"])
        return Sought(kana=re.sub(r"\s", "", data["kana"]), born=data["born"])


class EmergencyForm(FindChildForm):
    reason = forms.CharField(
        label=_("開く理由"), min_length=SHORTEST_REASON, max_length=200,
        validators=[validate_no_my_number],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("いま何が起きているかを、10文字以上で書いてください。登録施設とセンターが読みます。"),
    )  # fmt: skip
