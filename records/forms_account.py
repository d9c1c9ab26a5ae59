"""allauth's forms in our words: labels without placeholders, hints where a rule applies."""

from typing import Any

from allauth.account import forms
from django.contrib.auth.hashers import make_password
from django.urls import reverse_lazy
from django.utils.crypto import get_random_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from history import context
from records import passwords
from records.passwords import LONG

PASSWORD_HINT = _(
    "15文字以上。ほかで使っていない、推測されにくいものにしてください。"
    "いくつかの言葉をつなげると覚えやすくなります。空白や日本語も使えます。"
)
# Whose log-in asks for more than the password.
SHORTER_HINT = _(
    "12文字以上。ほかで使っていない、推測されにくいものにしてください。"
    "いくつかの言葉をつなげると覚えやすくなります。空白や日本語も使えます。"
)
EMAIL_HINT = _("確認のメールを送ります。すぐに受け取れるアドレスを入力してください。")


class OurWords:
    """A placeholder vanishes as soon as one types; the label stays."""

    labels: dict[str, object] = {}
    hints: dict[str, object] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)


class NewPassword(OurWords):
    """How long a password must be depends on what else the account's log-in asks for."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if passwords.has_second_factor(self.user):
            self.fields["password1"].help_text = SHORTER_HINT  # type: ignore[attr-defined]


class LoginForm(OurWords, forms.LoginForm):
    labels = {"login": _("メールアドレス"), "password": _("パスワード")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = format_html(
            '<a href="{}">{}</a>',
            reverse_lazy("account_reset_password"),
            _("パスワードをお忘れの方"),
        )


class SignupForm(OurWords, forms.SignupForm):
    labels = {"email": _("メールアドレス"), "password1": _("パスワード")}
    hints = {"email": EMAIL_HINT, "password1": PASSWORD_HINT}

    def try_save(self, request: Any) -> Any:
        """Takes as long for an address that has an account as for one that has none."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ChangePasswordForm(NewPassword, forms.ChangePasswordForm):
    labels = {
        "oldpassword": _("今のパスワード"),
        "password1": _("新しいパスワード"),
        "password2": _("新しいパスワード（確認のためもう一度）"),
    }
    hints = {"password1": PASSWORD_HINT}


class SetPasswordForm(NewPassword, forms.SetPasswordForm):
    labels = {
        "password1": _("パスワード"),
        "password2": _("パスワード（確認のためもう一度）"),
    }
    hints = {"password1": PASSWORD_HINT}


class ResetPasswordForm(OurWords, forms.ResetPasswordForm):
    labels = {"email": _("メールアドレス")}

    def save(self, request: Any, **kwargs: Any) -> Any:
        """A link for a known address takes some milliseconds more; one hash for either hides it."""
        make_password(get_random_string(LONG))
        return super().save(request, **kwargs)


class ResetPasswordKeyForm(NewPassword, forms.ResetPasswordKeyForm):
    labels = {
        "password1": _("新しいパスワード"),
        "password2": _("新しいパスワード（確認のためもう一度）"),
    }
    hints = {"password1": PASSWORD_HINT}

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        if user is not None:
            # Whoever holds the link acts for the account, whose factors say how long is enough.
            context.state(actor=str(user.pk))
        super().__init__(*args, user=user, **kwargs)


class AddEmailForm(OurWords, forms.AddEmailForm):
    labels = {"email": _("新しいメールアドレス")}
    hints = {"email": EMAIL_HINT}


class ReauthenticateForm(OurWords, forms.ReauthenticateForm):
    labels = {"password": _("パスワード")}
