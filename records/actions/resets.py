"""A one-time password in place of a forgotten one."""

import secrets
from typing import cast

from django.contrib.auth.hashers import make_password
from django.db import ProgrammingError, connection, transaction

from history import context as contexts
from records.enums import ResetReason
from records.fields import EncryptedTextField
from records.models import User
from records.refusals_accounts import NotYourStaff, OwnAccount

# Without letters and digits that are read as one another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, LENGTH = 4, 4
REFUSED = "42501"


def reset_password(*, user: User, by: User, reason: ResetReason) -> str:
    """Unlock an account and give it a password that its owner must change at the next log-in.

    The password is returned, shown once and kept nowhere; whoever is signed in is signed out. The
    database decides whose it may be (`records_reset_password`): the center anybody's, a manager
    that of somebody who works at the own facility and nowhere else; it writes the entry, too.
    Raises NotYourStaff, OwnAccount.
    """
    if user.pk == by.pk:
        raise OwnAccount
    password = "-".join(
        "".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS)
    )
    contexts.state(reason=str(reason.label))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT records_reset_password(%s, %s, %s)",
                [user.pk, _sealed(password), reason.value],
            )
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") == REFUSED:
            raise NotYourStaff from error
        raise
    return password


def _sealed(password: str) -> bytes:
    """The hash as the database keeps it."""
    field = cast("EncryptedTextField", User._meta.get_field("password"))
    return field.get_prep_value(make_password(password)) or b""
