"""How many wrong passwords a parent's log-in takes, and from where.

A stranger who guesses must not lock a family out: what counts first is the account together with
the address that asks. Over all addresses an account takes a hundred wrong passwords in a row (NIST
SP 800-63B-4, 3.2.2); then the password is asked for only on devices that the account knows, until a
log-in or a new password by mail. Accounts that do not exist are counted alike.
"""

import dataclasses
import datetime as dt

from django.http import HttpRequest

from history import context
from records import device_cookie
from records.actions import devices, limits
from records.actions.limits import Limit
from records.models import User

QUARTER, YEAR = 15 * 60, 365 * 24 * 3600
HERE = Limit("login-here", most=10, seconds=QUARTER)
# Many families share the address of a telephone company or an office.
ADDRESS = Limit("login-address", most=100, seconds=QUARTER)
ACCOUNT = Limit("login-account", most=100, seconds=YEAR)


@dataclasses.dataclass(frozen=True)
class Refused:
    """For how many seconds no password is looked at; 0 until there is a new one."""

    seconds: int


def refusal(request: HttpRequest, *, email: str, address: str, at: dt.datetime) -> Refused | None:
    """Whether a password for this mail address is looked at, before it is."""
    for limit, source in ((HERE, f"{email} {address}"), (ADDRESS, address)):
        if seconds := limits.is_over(limit, source, at=at):
            return Refused(seconds)
    if limits.is_over(ACCOUNT, email, at=at) and not _is_known_here(request, email):
        return Refused(0)
    return None


def note_failure(*, email: str, address: str, at: dt.datetime) -> None:
    for limit, source in ((HERE, f"{email} {address}"), (ADDRESS, address), (ACCOUNT, email)):
        limits.count(limit, source, at=at)


def note_success(*, email: str, address: str) -> None:
    """The account begins anew; the address does not, or one account would cover for guesses."""
    limits.forget(HERE, f"{email} {address}")
    limits.forget(ACCOUNT, email)


def _is_known_here(request: HttpRequest, email: str) -> bool:
    secret = device_cookie.secret_of(request)
    user = User.objects.filter(email=email).first() if secret else None
    if user is None:
        return False
    context.state(actor=str(user.pk))
    is_known = devices.is_known(user=user, secret=secret)
    context.state(actor="")
    return is_known
