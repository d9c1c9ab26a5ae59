"""Wrong passwords and PINs, counted per account and per terminal.

These run in the transaction of the request, without one of their own: a refusal is no reason to
forget what was counted. The row is locked before anything is compared, so that guesses sent at
once are counted one after the other.
"""

import datetime as dt
from typing import Any

from django.db.models import Q

from history import actions as history
from history.context import Context
from history.enums import Act
from records.models import FailureCount, Terminal, User
from records.refusals_sign_in import AccountLocked, TerminalLocked

# In a row; whoever gets it right begins anew.
ACCOUNT_LIMIT = 5
# Of all who use the terminal, within an hour: one person alone never reaches it by mistake.
TERMINAL_LIMIT = 20
TERMINAL_FORGETS_AFTER = dt.timedelta(hours=1)
LOCKED_FOR = dt.timedelta(minutes=30)


def check(*, user: User | None, terminal: Terminal, at: dt.datetime) -> None:
    """Raises TerminalLocked or AccountLocked. Locks the counters until the transaction ends."""
    here = _counter(terminal=terminal)
    if here.locked_until and here.locked_until > at:
        raise TerminalLocked(here.locked_until)
    if user is not None:
        theirs = _counter(user=user)
        if theirs.locked_until and theirs.locked_until > at:
            raise AccountLocked(theirs.locked_until)


def note(*, user: User | None, terminal: Terminal, context: Context, purpose: str) -> None:
    """Count one failure. Raises TerminalLocked or AccountLocked where it was one too many."""
    history.record(
        Act.LOGIN_FAILED,
        context=context,
        purpose=purpose,
        model="records.user",
        object_ids=[user.pk] if user else [],
    )
    at = context.at
    here = _counter(terminal=terminal)
    if here.last_at is None or at - here.last_at > TERMINAL_FORGETS_AFTER:
        here.count = 0
    theirs = _counter(user=user) if user is not None else None
    if theirs is not None and _add(theirs, ACCOUNT_LIMIT, at):
        _add(here, TERMINAL_LIMIT, at)
        _record_lock(theirs, context)
        raise AccountLocked(at + LOCKED_FOR)
    if _add(here, TERMINAL_LIMIT, at):
        _record_lock(here, context)
        raise TerminalLocked(at + LOCKED_FOR)


def forget(*, user: User) -> None:
    """Begin anew: after a right password or PIN, or when a manager unlocks the account."""
    FailureCount.objects.filter(~Q(count=0) | Q(locked_until__isnull=False), user=user).update(
        count=0, locked_until=None
    )


def _counter(**whose: Any) -> FailureCount:
    FailureCount.objects.get_or_create(**whose)
    return FailureCount.objects.select_for_update().get(**whose)


def _add(counter: FailureCount, limit: int, at: dt.datetime) -> bool:
    """Count one; whether that reached the limit."""
    counter.count += 1
    counter.last_at = at
    is_over = counter.count >= limit
    if is_over:
        counter.count, counter.locked_until = 0, at + LOCKED_FOR
    counter.save(update_fields=["count", "last_at", "locked_until"])
    return is_over


def _record_lock(counter: FailureCount, context: Context) -> None:
    owner = counter.user or counter.terminal
    history.record(
        Act.LOCKED,
        context=context,
        purpose="failures",
        model=owner._meta.label_lower,  # type: ignore[union-attr]
        object_ids=[owner.pk],  # type: ignore[union-attr]
    )
