"""Handing in the application: consents, a note, and an interview place."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from records.models import ConsentText, InterviewPlace
from records.validators import validate_no_my_number


class ConsentField(forms.BooleanField):
    """A box under the text it stands for."""

    def __init__(self, text: ConsentText) -> None:
        super().__init__(
            label=gettext("「%(kind)s」を読みました。同意します。")
            % {"kind": text.get_kind_display()},
            error_messages={"required": _("お読みになり、同意の欄にチェックを入れてください。")},
        )
        self.consent_text = text


class ApplicationForm(forms.Form):
    """`texts` are those not yet agreed to; `places` those that may be asked for, taken or not."""

    note = forms.CharField(
        label=_("申込事項（施設への連絡）"), max_length=1000, required=False,
        validators=[validate_no_my_number], widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("面接の前に伝えておきたいことがあれば、ご記入ください。施設とセンターの職員が読みます。"),
    )  # fmt: skip
    place: forms.ModelChoiceField[InterviewPlace] = forms.ModelChoiceField(
        label=_("面接の日時"),
        queryset=None,
        error_messages={
            "required": _("面接の日時を1つ選んでください。"),
            "invalid_choice": _("この面接の日時は選べません。別の日時を選んでください。"),
        },
    )

    def __init__(
        self, *args: Any, texts: Iterable[ConsentText], places: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["place"]).queryset = places
        self.texts = list(texts)
        for text in self.texts:
            self.fields[self._name(text)] = ConsentField(text)

    def consents(self) -> Iterable[tuple[ConsentText, str, forms.BoundField]]:
        """Each text in the reader's language, with its box."""
        in_english = (get_language() or "").startswith("en")
        for text in self.texts:
            words = text.text_en if in_english and text.text_en else text.text
            yield text, words, self[self._name(text)]

    def _name(self, text: ConsentText) -> str:
        return f"consent_{text.pk}"
