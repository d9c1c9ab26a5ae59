"""Asking a second parent in, and taking the invitation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from records.refusals import Refused


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("招待する方のメールアドレス"),
        help_text=_("このアドレスに、招待のリンクを送ります。"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("招待の番号"),
        max_length=20,
        help_text=_("招待した方から聞いた、6けたの数字。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        """Full-width figures and blanks are as good."""
        return "".join(
            str(int(sign)) if sign.isdecimal() else sign
            for sign in self.cleaned_data["code"]
            if not sign.isspace()
        )

    def refuse(self, refused: Refused) -> None:
        self.add_error("code", str(refused))
