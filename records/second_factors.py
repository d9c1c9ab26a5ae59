"""Second factors of both entries: what allauth keeps of them is encrypted like our own fields."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from records import keys

# What the values are bound to: allauth keeps them inside one column of its own table.
PLACE = "mfa.authenticator.data"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of one-time codes and seeds of recovery codes leave this process only encrypted."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(keys.encrypt(text, PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys.decrypt(base64.b64decode(encrypted_text), PLACE)
