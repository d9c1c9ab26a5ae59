"""The links of 「パスワードをお忘れの方」: each counts until password or address is another."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.core import context as requests
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from history import context


class ResetLinks(PasswordResetTokenGenerator):
    """Signs with what the password is, which the walls show to the account itself alone."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        context.state(actor=str(user.pk))
        user.refresh_from_db(fields=["password"])
        signed = super()._make_hash_value(user, timestamp)
        # Nobody is logged in by asking, nor by a link that may be wrong.
        context.state(actor=requests.request.context.actor)
        addresses = EmailAddress.objects.filter(user_id=user.pk).order_by("email")
        return "|".join([signed, *addresses.values_list("email", flat=True)])
