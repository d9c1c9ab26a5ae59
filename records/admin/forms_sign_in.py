"""Forms at the door of the staff tool."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from records import presence
from records.forms.fields import DigitsField
from records.models import SignIn, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"

PASSWORD_HINT = _("12文字以上。いくつかの言葉をつなげると覚えやすくなります。")
PIN_HINT = _(
    "数字6桁。同じ数字や続いた数字、日付、職員IDの数字は使えません。この端末でも、ほかの端末でも同じPINです。"
)


class DoorForm(forms.Form):
    """Without a colon behind the labels, as in all of the staff tool."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


def _password(label: Words, purpose: str, hint: Words = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": purpose}),
    )


def _pin(label: Words, hint: Words = "") -> forms.CharField:
    # Filled in by no browser: the terminal is everybody's.
    return DigitsField(
        label=label,
        help_text=hint,
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "pin"}
        ),
    )


class PasswordForm(DoorForm):
    """Staff ID and password."""

    username = forms.CharField(
        label=_("職員ID"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    password = _password(_("パスワード"), "current-password")


class PinForm(DoorForm):
    pin = _pin(_("PIN（数字6桁）"))


class WitnessForm(PinForm):
    """A colleague's PIN beside the open screen of somebody else."""

    colleague: forms.ModelChoiceField = forms.ModelChoiceField(queryset=None)

    def __init__(self, *args: Any, colleagues: QuerySet[SignIn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = colleagues  # type: ignore[attr-defined]


class FactorForm(DoorForm):
    code = forms.CharField(
        label=_("確認コード"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "pin"}
        ),
    )


class ChoosePasswordForm(DoorForm):
    """An own password in place of the one that somebody else has given out."""

    password = _password(_("新しいパスワード"), "new-password", PASSWORD_HINT)
    password_again = _password(_("新しいパスワード（もう一度）"), "new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if self.user.check_password(password):
            raise ValidationError(
                _("今のパスワードと同じです。自分だけが知っている、別のものにしてください。")
            )
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        return _same(self, "password", _("2回の入力が違います。もう一度入力してください。"))


class ChoosePinForm(DoorForm):
    pin = _pin(_("新しいPIN"), PIN_HINT)
    pin_again = _pin(_("新しいPIN（もう一度）"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_pin(self) -> str:
        pin = self.cleaned_data["pin"]
        if not presence.is_pin(pin):
            raise ValidationError(_("数字6桁で入力してください。"))
        if presence.is_guessable(pin, staff_id=self.user.username):
            raise ValidationError(
                _("推測されやすい番号です。並びに意味のない、別の番号にしてください。")
            )
        return pin

    def clean(self) -> dict[str, Any]:
        return _same(self, "pin", _("2回の入力が違います。もう一度入力してください。"))


class ChangePinForm(ChoosePinForm):
    """By somebody who is signed in: with the password, or whoever finds the screen open could."""

    old_password = _password(_("今のパスワード"), "current-password")
    field_order = ("old_password", "pin", "pin_again")


def _same(form: forms.Form, name: str, message: Words) -> dict[str, Any]:
    given = form.cleaned_data
    if name in given and given.get(f"{name}_again") not in (None, given[name]):
        form.add_error(f"{name}_again", ValidationError(message))
    return given
