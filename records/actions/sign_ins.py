"""Coming, going and coming back at a terminal.

A wrong password or PIN is counted in the transaction of the request: see `failures`.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import authenticate
from django.db import transaction

from history import actions as history
from history import context as contexts
from history.context import Context
from history.enums import Act
from records import presence
from records.actions import credentials, failures
from records.enums import Role
from records.models import FacilityMembership, SignIn, Terminal, User
from records.models.account import staff_id_of
from records.refusals_sign_in import (
    Locked,
    NotOfThisPlace,
    SignInOver,
    WrongPassword,
    WrongPin,
)

# Nobody's name is known yet, or the one given is only claimed.
AT_THE_DOOR = "system:sign-in"
ON_PURPOSE = "on purpose"
# The center reads, but cares for nobody itself.
ON_SITE = (Role.CARER, Role.MANAGER)


def check_password(*, staff_id: str, password: str, terminal: Terminal, context: Context) -> User:
    """Who gives this ID and password at this terminal.

    Raises WrongPassword, AccountLocked, TerminalLocked, or NotOfThisPlace for somebody without a
    membership in force at the terminal's facility.
    """
    at = context.at
    door = _at_the_door(context)
    staff_id = staff_id_of(staff_id)
    claimed = User.objects.filter(username=staff_id).first()
    failures.check(user=claimed, terminal=terminal, at=at)
    user = authenticate(None, username=staff_id, password=password)
    if not isinstance(user, User):
        _at_the_door(context)
        failures.note(user=claimed, terminal=terminal, context=door, purpose="password")
        raise WrongPassword
    failures.forget(user=user)
    here = FacilityMembership.objects.counting_at(at).filter(
        user=user, facility_id=terminal.facility_id
    )
    if not here.exists():
        raise NotOfThisPlace
    return user


@transaction.atomic
def begin(
    *, user: User, terminal: Terminal, factor_at: dt.datetime | None = None, context: Context
) -> SignIn:
    """The day of somebody who has given ID and password, until four in the morning; a contractor's
    until the minute that was set.

    `factor_at` is when they gave a second factor, where one is asked for.
    """
    SignIn.objects.filter(terminal=terminal, user=user, ended_at__isnull=True).update(
        ended_at=context.at, presence=None
    )
    sign_in = SignIn.objects.create(
        terminal=terminal,
        user=user,
        signed_in_at=context.at,
        ends_at=min([presence.day_ends(context.at), *_ends_of_access(user, context.at)]),
        factor_at=factor_at,
    )
    _show(sign_in, context.at)
    history.record(Act.LOGIN, context=context)
    return sign_in


def resume(*, sign_in: SignIn, pin: str | None, context: Context) -> SignIn:
    """Back at the own screen: by PIN, or without one shortly after the last act there.

    Raises WrongPin, AccountLocked, TerminalLocked, or SignInOver.
    """
    at, user, terminal = context.at, sign_in.user, sign_in.terminal
    if sign_in.ended_at is not None or sign_in.ends_at <= at:
        raise SignInOver
    door = _at_the_door(context)
    failures.check(user=user, terminal=terminal, at=at)
    if presence.needs_pin(sign_in.last_act_at, at):
        contexts.state(actor=str(user.pk))
        if not user.is_active or not credentials.is_right_pin(user, pin or ""):
            _at_the_door(context)
            _refuse_pin(sign_in, door)
        failures.forget(user=user)
    contexts.state(actor=str(user.pk))
    _show(sign_in, at)
    history.record(Act.UNLOCK, context=dataclasses.replace(context, actor=str(user.pk)))
    return sign_in


@contextmanager
def witness(*, sign_in: SignIn, pin: str, context: Context) -> Iterator[User]:
    """A colleague puts the own name beside that of whoever has the screen; by PIN each time.

    Within, it is the colleague who acts. Raises WrongPin, AccountLocked, TerminalLocked,
    SignInOver, or NotOfThisPlace for somebody who gives no care at the terminal's facility.
    """
    at, user, terminal = context.at, sign_in.user, sign_in.terminal
    if sign_in.ended_at is not None or sign_in.ends_at <= at:
        raise SignInOver
    try:
        door = _at_the_door(context)
        failures.check(user=user, terminal=terminal, at=at)
        contexts.state(actor=str(user.pk))
        if not user.is_active or not credentials.is_right_pin(user, pin):
            _at_the_door(context)
            _refuse_pin(sign_in, door)
        failures.forget(user=user)
        if not _cares_at(user, terminal, at):
            raise NotOfThisPlace
        contexts.state(actor=str(user.pk))
        yield user
    finally:
        contexts.state(actor=context.actor)


def present(
    *, number: str | None, screen: str | None, user: User, terminal: Terminal, idle: dt.timedelta,
    acts: bool, context: Context,
) -> SignIn | None:  # fmt: skip
    """The sign-in behind an open screen, or None: then it is locked.

    `screen` is the presence that the session carries; `acts` says whether the request is
    something that the person does, not what a page sends by itself.
    """
    at = context.at
    if number is None or screen is None:
        return None
    found = SignIn.objects.filter(
        pk=number, presence=screen, user=user, terminal=terminal,
        ended_at__isnull=True, ends_at__gt=at,
    ).first()  # fmt: skip
    if found is None:
        return None
    if presence.is_idle(found.last_act_at, at, idle):
        _hide(found, keep=True)
        history.record(Act.LOCK, context=context, purpose="idle")
        return None
    if acts and (found.last_act_at is None or at - found.last_act_at > presence.ACT_WRITTEN_EVERY):
        found.last_act_at = at
        found.save(update_fields=["last_act_at"])
    return found


@transaction.atomic
def lock(*, sign_in: SignIn, context: Context, why: str) -> None:
    """Leave the screen: "idle", "hand over" or "on purpose"; the last asks for the PIN at once."""
    _hide(sign_in, keep=why != ON_PURPOSE)
    history.record(Act.LOCK, context=context, purpose=why)


@transaction.atomic
def end(*, sign_in: SignIn, context: Context) -> None:
    """Go home: the name is no longer offered."""
    sign_in.ended_at, sign_in.presence = context.at, None
    sign_in.save(update_fields=["ended_at", "presence"])
    history.record(Act.LOGOUT, context=context)


def _cares_at(user: User, terminal: Terminal, at: dt.datetime) -> bool:
    found = FacilityMembership.objects.counting_at(at).filter(user=user, role__in=ON_SITE)
    return found.filter(facility_id=terminal.facility_id).exists()


def _ends_of_access(user: User, at: dt.datetime) -> list[dt.datetime]:
    found = FacilityMembership.objects.counting_at(at).filter(user=user)
    return list(
        found.filter(contractor_access__isnull=False).values_list(
            "contractor_access__ends_at", flat=True
        )
    )


def _refuse_pin(sign_in: SignIn, door: Context) -> None:
    try:
        failures.note(user=sign_in.user, terminal=sign_in.terminal, context=door, purpose="pin")
    except Locked:
        # A few guesses for each password: after the lock it is asked for again.
        sign_in.ended_at, sign_in.presence = door.at, None
        sign_in.save(update_fields=["ended_at", "presence"])
        raise
    raise WrongPin


def _show(sign_in: SignIn, at: dt.datetime) -> None:
    sign_in.presence, sign_in.last_act_at = uuid.uuid4(), at
    sign_in.save(update_fields=["presence", "last_act_at"])


def _hide(sign_in: SignIn, *, keep: bool) -> None:
    sign_in.presence = None
    if not keep:
        sign_in.last_act_at = None
    sign_in.save(update_fields=["presence", "last_act_at"])


def _at_the_door(context: Context) -> Context:
    contexts.state(actor=AT_THE_DOOR)
    return dataclasses.replace(context, actor=AT_THE_DOOR)
