"""Forms of money at the counter."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class CashForm(forms.Form):
    """Cash over the counter. `due` is what the page showed; what is given must cover it."""

    given = forms.IntegerField(
        label=_("お預かり（円）"),
        min_value=1,
        max_value=1_000_000,
        localize=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("お預かりした金額を入力してください。例：2000")},
    )

    def __init__(self, *args: Any, due: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due = due

    def clean_given(self) -> int:
        given = self.cleaned_data["given"]
        if given < self.due:
            raise ValidationError(
                _("あと%(missing)s円足りません。"), params={"missing": f"{self.due - given:,}"}
            )
        return given

    @property
    def change(self) -> int:
        """お釣り, in yen."""
        return self.cleaned_data["given"] - self.due
