"""A child's own data, and the people who may fetch it."""

import uuid
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from records.enums import Sex
from records.forms.fields import DateField, KanaField, PhoneField
from records.models import Child, PickUpPerson


class ChildForm(forms.ModelForm):
    """`number` is the future key of a new child, so that a form sent twice makes one child."""

    number = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Child
        fields = (
            "family_name", "given_name", "family_name_kana", "given_name_kana", "sex",
            "date_of_birth",
        )  # fmt: skip
        field_classes = {
            "family_name_kana": KanaField,
            "given_name_kana": KanaField,
            "date_of_birth": DateField,
        }
        widgets = {"sex": forms.RadioSelect, "date_of_birth": forms.DateInput(format="%Y-%m-%d")}
        help_texts = {
            "family_name": _("お名前が1つだけのときは、ここにご記入ください。"),
            "family_name_kana": _("ひらがなでも入力できます。"),
            "date_of_birth": _("例：2025-10-20 または 令和7年10月20日"),
        }

    def __init__(self, *args: Any, is_fixed: bool = False, **kwargs: Any) -> None:
        """`is_fixed`: name and birth date were checked at the interview."""
        super().__init__(*args, **kwargs)
        self.is_fixed = is_fixed
        self.fields["number"].initial = uuid.uuid4
        sex = cast("forms.ChoiceField", self.fields["sex"])
        sex.choices = Sex.choices
        if is_fixed:
            for name in self.Meta.fields:
                self.fields[name].disabled = True

    def personal_fields(self) -> dict[str, Any]:
        """The validated fields of the model."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PickUpPersonForm(forms.ModelForm):
    number = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = PickUpPerson
        fields = ("name", "name_kana", "relation", "phone")
        field_classes = {"name_kana": KanaField, "phone": PhoneField}
        help_texts = {
            "name_kana": _("ひらがなでも入力できます。"),
            "relation": _("例：祖母、おじ、ファミリーサポート"),
        }
