"""Who was rung about a child, and what came of it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.day.enums import CallAnswer
from booking.day.models.day_call import LONGEST_NOTE
from booking.day.phones import Phone
from records.validators import validate_no_my_number


class DayCallForm(forms.Form):
    """`phones` are the numbers that the row shows: no other one is written down."""

    number = forms.ChoiceField(
        label=_("電話の相手"),
        error_messages={"invalid_choice": _("表示された番号から選んでください。")},
    )
    answer = forms.TypedChoiceField(
        label=_("結果"), choices=CallAnswer.choices, coerce=CallAnswer,
        error_messages={"required": _("電話の結果を選んでください。")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("メモ"), max_length=LONGEST_NOTE, required=False,
        validators=[validate_no_my_number],
    )  # fmt: skip

    def __init__(self, *args: Any, phones: Iterable[Phone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phones = {phone.number: phone for phone in phones}
        choices = [(phone.number, phone.whose) for phone in self.phones.values()]
        self.fields["number"].choices = choices  # type: ignore[attr-defined]

    @property
    def phone(self) -> Phone:
        """Whom. Call it on a valid form."""
        return self.phones[self.cleaned_data["number"]]
