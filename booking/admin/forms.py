"""Forms of the staff tool for what the center decides."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext as _

from booking.enums_rules import CancelReason
from booking.models import Release, UseRule
from history import clock
from records.enums import Enrolment


class Choices(forms.TypedMultipleChoiceField):
    """Several of a few, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *args: Any, choices: Any, field: Any, **kwargs: Any) -> None:
        super().__init__(
            *args, choices=choices, coerce=str, required=False, label=field.verbose_name,
            help_text=field.help_text, **kwargs,
        )  # fmt: skip


def _field(name: str) -> Any:
    return UseRule._meta.get_field(name)


class UseRuleForm(forms.ModelForm):
    excluded_enrolments = Choices(choices=Enrolment.choices, field=_field("excluded_enrolments"))
    waived_reasons = Choices(choices=CancelReason.choices, field=_field("waived_reasons"))
    start_times = SimpleArrayField(
        forms.TimeField(), required=False, label=_field("start_times").verbose_name,
        help_text=_field("start_times").help_text,
    )  # fmt: skip

    class Meta:
        model = UseRule
        fields = "__all__"  # noqa: DJ007  the admin names them


class ReleaseForm(forms.ModelForm):
    class Meta:
        model = Release
        fields = "__all__"  # noqa: DJ007  the admin names them

    def clean_opens_at(self) -> Any:
        opens_at = self.cleaned_data["opens_at"]
        if opens_at and opens_at <= clock.now():
            raise forms.ValidationError(_("これから先の日時を入れてください。"))
        return opens_at
