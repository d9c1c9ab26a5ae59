"""The household's address and its parents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from records.forms.fields import KanaField, PhoneField, PostalCodeField
from records.models import Household, Parent
from records.models.proposal import NAMES


class HouseholdForm(forms.ModelForm):
    class Meta:
        model = Household
        fields = ("postal_code", "prefecture", "city", "street", "building")
        field_classes = {"postal_code": PostalCodeField}
        help_texts = {
            "postal_code": _("7桁の数字。例：176-8501"),
            "city": _("練馬区にお住まいの方が対象です。"),
        }
        widgets = {
            "prefecture": forms.TextInput(attrs={"autocomplete": "address-level1"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "street": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "building": forms.TextInput(attrs={"autocomplete": "address-line2"}),
        }


class ParentForm(forms.ModelForm):
    """One parent. Who has an account changes the e-mail address there, where it is verified."""

    class Meta:
        model = Parent
        fields = (
            "family_name", "given_name", "family_name_kana", "given_name_kana", "mobile_phone",
            "phone", "email", "is_first_contact",
        )  # fmt: skip
        field_classes = {
            "family_name_kana": KanaField,
            "given_name_kana": KanaField,
            "mobile_phone": PhoneField,
            "phone": PhoneField,
        }
        labels = {"phone": _("電話番号（自宅・勤務先など）")}
        help_texts = {
            "family_name": _("お名前が1つだけの方は、ここにご記入ください。"),
            "family_name_kana": _("ひらがなでも入力できます。"),
            "mobile_phone": _("お預かり中にご連絡する番号です。"),
            "is_first_contact": _("お預かり中、いちばん先にご連絡する方です。"),
        }
        widgets = {
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
        }

    def __init__(
        self, *args: Any, is_own: bool = False, is_fixed: bool = False, **kwargs: Any
    ) -> None:
        """`is_own`: the account's own data, entered together with the household. `is_fixed`: the
        facility has checked the name, and changes it."""
        super().__init__(*args, **kwargs)
        self.is_fixed = is_fixed
        if is_fixed:
            for name in NAMES:
                self.fields[name].disabled = True
        if is_own or self.instance.user_id:
            del self.fields["email"]
        if is_own or self.instance.is_first_contact:
            # Somebody must be the first; another parent takes it over, nobody gives it up.
            del self.fields["is_first_contact"]
            self.fields["mobile_phone"].required = True


class ParentNamesForm(forms.ModelForm):
    """What a parent is called now, to be proposed to the facility."""

    class Meta:
        model = Parent
        fields = NAMES
        field_classes = {"family_name_kana": KanaField, "given_name_kana": KanaField}
        help_texts = {
            "family_name": _("お名前が1つだけの方は、ここにご記入ください。"),
            "family_name_kana": _("ひらがなでも入力できます。"),
        }
