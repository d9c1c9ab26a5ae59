"""Why allauth refuses something at an account, in our words: the reason and a way on."""

from django.utils.translation import gettext_lazy as _

# By allauth's name of the error; only those that a parent can meet.
ERRORS = {
    "account_inactive": _(
        "このアカウントは、今はお使いになれません。登録施設へお電話でお問い合わせください。"
    ),
    "duplicate_email": _(
        "今お使いのメールアドレスです。変更するときは、別のメールアドレスを入力してください。"
    ),
    "email_password_mismatch": _(
        "メールアドレスまたはパスワードが違います。"
        "もう一度入力するか、「パスワードをお忘れの方」からお手続きください。"
    ),
    "email_taken": _(
        "このメールアドレスは、すでに登録されています。別のメールアドレスを入力してください。"
    ),
    "enter_current_password": _("今のパスワードが違います。もう一度入力してください。"),
    "incorrect_password": _("パスワードが違います。もう一度入力してください。"),
    "invalid_login": _("ログインできませんでした。もう一度お試しください。"),
    "invalid_password_reset": _(
        "このリンクは期限が切れているか、すでに使われています。"
        "「パスワードをお忘れの方」から、もう一度お手続きください。"
    ),
    "too_many_login_attempts": _(
        "ログインの失敗が続いたため、今はログインできません。しばらくしてからお試しください。"
    ),
    "rate_limited": _("続けて送信されたため、受け付けられません。しばらくしてからお試しください。"),
    "unverified_primary_email": _("先に、メールアドレスの確認を済ませてください。"),
}
