"""allauth's forms of second factors in our words, and what must hold before one is taken away."""

import json
import struct
from collections.abc import Callable
from typing import Any

from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from history import context
from records import second_factors
from records.adapters import TRUST
from records.forms_account import OurWords
from records.hashers import normal
from records.passwords import LONG

LONGEST_NAME = 40
CODE_HINT = gettext_lazy("認証アプリに表示される6けたの数字、または予備のコード。")


# What allauth and its parsers raise at an answer that no browser gives.
UNREADABLE = (
    AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError,
    struct.error,
)  # fmt: skip


class CredentialField(forms.JSONField):
    """The answer of the browser, which anybody may have written by hand."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        found = readable(lambda: super(CredentialField, self).to_python(value))
        # PostgreSQL stores no null byte.
        if not isinstance(found, dict) or "\\u0000" in json.dumps(found):
            raise _refusal()
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """A form that is shown again asks anew: a challenge is answered once."""
        return None

    def prepare_value(self, value: Any) -> str:
        return ""


def readable(read: Callable[[], Any]) -> Any:
    """What `read` gives; a polite refusal where it stumbles."""
    try:
        return read()
    except UNREADABLE as error:
        raise _refusal() from error


def _refusal() -> ValidationError:
    return ValidationError(
        _("パスキーを確認できませんでした。もう一度お試しください。"), code="unreadable"
    )


class CodeForm(OurWords, codes.AuthenticateForm):
    """At the log-in: a code of the app, or a recovery code."""

    labels = {"code": gettext_lazy("確認コード")}
    hints = {"code": CODE_HINT}
    trust = forms.BooleanField(
        label=gettext_lazy("この端末では、30日間、確認コードを省く"), required=False
    )

    def clean_code(self) -> str:
        # Of two who send the same code at once the second waits here.
        list(Authenticator.objects.select_for_update().filter(user=self.user))
        code = super().clean_code()
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not second_factors.use_code(self.authenticator, code):
            raise second_factors.SecondFactorAdapter().validation_error("incorrect_code")
        return code

    def save(self) -> None:
        super().save()
        codes.context.request.session[TRUST] = self.cleaned_data["trust"]


class ConfirmCodeForm(OurWords, codes.ReauthenticateForm):
    labels = {"code": gettext_lazy("確認コード")}
    hints = {"code": CODE_HINT}


class ActivateCodesForm(OurWords, totp.ActivateTOTPForm):
    labels = {"code": gettext_lazy("認証アプリに表示された6けたの数字")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class TakesFactorAway:
    """Without its last second factor a log-in asks for the password alone, which must be longer."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def ask_for_password(self) -> None:
        if second_factors.is_last(self.authenticator):
            self.fields["password"] = forms.CharField(
                label=_("今のパスワード"),
                strip=False,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
                help_text=_(
                    "2段階の確認をやめると、パスワードは15文字以上が必要です。短いときは、先に変更してください。"
                ),
            )

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.authenticator.user.check_password(password):
            raise ValidationError(_("パスワードが違います。"), code="incorrect_password")
        if len(normal(password)) < LONG:
            raise ValidationError(
                _("今のパスワードは%(least)s文字より短いため、先にパスワードの変更が必要です。")
                % {"least": LONG},
                code="password_too_short",
            )
        return password


class DeactivateCodesForm(TakesFactorAway, totp.DeactivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # allauth shows refusals before anything was sent; ours need what was typed.
        kwargs["data"] = kwargs.get("data") or None
        super().__init__(*args, **kwargs)
        self.ask_for_password()


class RemovePasskeyForm(TakesFactorAway, forms.Form):
    def __init__(self, *args: Any, authenticator: Authenticator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.authenticator = authenticator
        self.ask_for_password()


class AddPasskeyForm(OurWords, passkeys.AddWebAuthnForm):
    """Each key is a passkey: it stays on the device and asks for finger, face or PIN."""

    credential = CredentialField()
    labels = {"name": gettext_lazy("名前")}
    hints = {"name": gettext_lazy("あとで見分けるための名前。例：わたしのスマートフォン")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless", None)
        self.fields["name"].widget.attrs["maxlength"] = str(LONGEST_NAME)
        self.fields["name"].validators.append(MaxLengthValidator(LONGEST_NAME))

    def clean(self) -> dict[str, Any]:
        return readable(super().clean)


class PasskeyForm(passkeys.AuthenticateWebAuthnForm):
    """At the log-in, after the password."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        return readable(super().clean_credential)


class PasskeyLoginForm(passkeys.LoginWebAuthnForm):
    """Instead of address and password."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """Whose key the answer says it is sees its keys, and notes the use of one."""
        answer = self.cleaned_data["credential"]
        claimed = readable(lambda: passkeys.auth.extract_user_from_response(answer))
        context.state(actor=str(claimed.pk))
        try:
            return readable(super().clean_credential)
        except ValidationError:
            context.state(actor="")
            raise


class ConfirmPasskeyForm(passkeys.ReauthenticateWebAuthnForm):
    """Before what matters is changed."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        return readable(super().clean_credential)
