"""今日のようす: a tap for each, and a few words."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.day.models.day_report import LABELS, LONGEST, TAPS
from records.validators import validate_no_my_number


class DayReportForm(forms.Form):
    words = forms.CharField(
        label=_("ひとこと（保護者が読みます）"), max_length=LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), validators=[validate_no_my_number],
        help_text=_("例：積み木がお気に入りでした。ほかのお子さんの名前は書かないでください。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in TAPS.items():
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name],
                choices=[*choices.choices, ("", _("書かない"))],
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def taps(self) -> list[forms.BoundField]:
        return [self[name] for name in TAPS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(_("どれか1つを選ぶか、ひとことを書いてください。"))
        return cleaned
