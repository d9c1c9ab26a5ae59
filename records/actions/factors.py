"""Second factors of staff: a one-time code besides the password, and a fresh one for grave acts."""

import datetime as dt

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.db import connection, transaction

from history import actions as history
from history import alerts
from history.context import Context
from history.enums import Act, AlertKind
from records import one_time_codes
from records.actions import failures
from records.enums import FactorReason
from records.models import SignIn, Terminal, User
from records.refusals_accounts import OwnAccount
from records.refusals_sign_in import WrongFactor

# For the keeping of accounts and terminals, and for exports in bulk.
FRESH_FOR = dt.timedelta(minutes=15)
LAST_STEP = "last_step"


def is_enrolled(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def is_fresh(sign_in: SignIn, at: dt.datetime) -> bool:
    return sign_in.factor_at is not None and at - sign_in.factor_at <= FRESH_FOR


def enrol(*, user: User, secret: str, code: str, context: Context) -> None:
    """Keep a secret, once a code shows that the person's device has it too.

    Recovery codes are made with it. Raises WrongFactor.
    """
    step = one_time_codes.step_of_code(secret, code, context.at)
    if step is None:
        raise WrongFactor
    with transaction.atomic():
        made = TOTP.activate(user, secret).instance
        _accept(made, step, context.at)
        RecoveryCodes.activate(user)
        history.record(
            Act.FACTOR, context=context, purpose="enrol", model="records.user",
            object_ids=[user.pk],
        )  # fmt: skip


def check(*, user: User, code: str, terminal: Terminal, context: Context) -> None:
    """Accept a code of the device, or one of the recovery codes, each of them once.

    Runs in the transaction of the request: a wrong one is counted like a wrong password. Raises
    WrongFactor, AccountLocked, TerminalLocked.
    """
    failures.check(user=user, terminal=terminal, at=context.at)
    if not (_is_code(user, code, context.at) or _is_recovery_code(user, code, context)):
        failures.note(user=user, terminal=terminal, context=context, purpose="factor")
        raise WrongFactor


def note(*, sign_in: SignIn, at: dt.datetime) -> None:
    """The person behind this screen has just given a second factor."""
    sign_in.factor_at = at
    sign_in.save(update_fields=["factor_at"])


@transaction.atomic
def take_away(*, user: User, by: User, reason: FactorReason, context: Context) -> None:
    """Remove a lost factor; the next log-in enrols anew. The center is told.

    The database removes it unread, and writes the entry (`records_take_factors`).
    Raises OwnAccount: nobody does this to themselves.
    """
    if user.pk == by.pk:
        raise OwnAccount
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_take_factors(%s, %s)", [user.pk, reason.value])
    alerts.raise_alert(
        kind=AlertKind.SECOND_FACTOR_RESET, at=context.at, cause=f"{user.pk} {context.at:%F %T}",
        detail=f"{user.username} {reason.label}",
    )  # fmt: skip


def recovery_codes(user: User) -> list[str] | None:
    """The codes, once: they are for paper. None when they were shown, or never made."""
    held = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if held is None or RecoveryCodes(held).did_view:
        return None
    codes = RecoveryCodes(held)
    codes.mark_as_viewed()
    return codes.get_unused_codes()


def _is_code(user: User, code: str, at: dt.datetime) -> bool:
    held = (
        Authenticator.objects.select_for_update()
        .filter(user=user, type=Authenticator.Type.TOTP)
        .first()
    )
    if held is None:
        return False
    step = one_time_codes.step_of_code(decrypt(held.data["secret"]), code, at)
    if step is None or step <= held.data.get(LAST_STEP, 0):
        return False
    _accept(held, step, at)
    return True


def _accept(held: Authenticator, step: int, at: dt.datetime) -> None:
    held.data[LAST_STEP], held.last_used_at = step, at
    held.save(update_fields=["data", "last_used_at"])


def _is_recovery_code(user: User, code: str, context: Context) -> bool:
    held = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if held is None or not RecoveryCodes(held).validate_code(one_time_codes.digits_of(code)):
        return False
    history.record(
        Act.FACTOR, context=context, purpose="recovery code", model="records.user",
        object_ids=[user.pk],
    )  # fmt: skip
    return True
