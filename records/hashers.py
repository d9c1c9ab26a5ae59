"""Password hashes of every account, made of the normal form of what was typed."""

import unicodedata

from django.contrib.auth.hashers import Argon2PasswordHasher


def normal(password: str) -> str:
    """The form in which a password is counted, compared and hashed: ｐａｓｓ and pass are one."""
    return unicodedata.normalize("NFKC", password)


class NormalArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id over NFKC: a keyboard that writes full-width letters, or a composed が, makes no
    difference. Of a password in ASCII the hash is Django's own."""

    def encode(self, password: str, salt: str) -> str:
        return super().encode(normal(password), salt)

    def verify(self, password: str, encoded: str) -> bool:
        return super().verify(normal(password), encoded)
