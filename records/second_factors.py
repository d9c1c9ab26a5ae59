"""Second factors of both entries: what allauth keeps of them is encrypted like our own fields."""

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records import keys
from records.passwords import FACTORS

# What the values are bound to: allauth keeps them inside one column of its own table.
PLACE = "mfa.authenticator.data"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of one-time codes and seeds of recovery codes leave this process only encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "コードが正しくありません。新しいコードを入力してください。"
        ),
        "add_email_blocked": gettext_lazy(
            "2段階の確認かパスキーを使っている間は、メールアドレスを変更できません。"
            "「2段階の確認とパスキー」でいったんやめてから変更し、そのあと、もう一度お使いください。"
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "予備のコードは、2段階の確認を使っているときに作れます。"
        ),
        "unverified_email": gettext_lazy(
            "先に、メールアドレスの変更を済ませるか、取りやめてください。"
        ),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(keys.encrypt(text, PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys.decrypt(base64.b64decode(encrypted_text), PLACE)

    def _get_site_name(self) -> str:
        """What the person's device shows beside the key."""
        return _("あずかり（練馬区 乳幼児一時預かり）")

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """A name for a passkey that got none."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("パスキー %(number)s") % {"number": count + 1}


def is_last(factor: Authenticator) -> bool:
    """Whether the log-in would ask for the password alone without this factor. One query."""
    others = Authenticator.objects.filter(user_id=factor.user_id, type__in=FACTORS)
    return not others.exclude(pk=factor.pk).exists()


def use_code(factor: Authenticator, code: str) -> bool:
    """Use up a one-time code that was right; False where it, or a later one, was used before.

    The factor's row must be locked: of two who send the same code at once only one gets in.
    """
    secret = totp.decrypt(factor.data["secret"])
    matching = [
        counter
        for counter in totp.yield_hotp_counters_from_time()
        if totp.format_hotp_value(totp.hotp_value(secret, counter)) == code.strip()
    ]
    if not matching or max(matching) <= factor.data.get("last_counter", -1):
        return False
    factor.data["last_counter"] = max(matching)
    factor.save(update_fields=["data"])
    return True
