"""The password and the PIN that a member of staff chooses."""

import datetime as dt

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from history import actions as history
from history.context import Context
from history.enums import Act
from records.models import StaffCredential, User


def of(user: User) -> StaffCredential:
    """What somebody has chosen; of nobody chosen yet. Read under the person's own context."""
    return StaffCredential.objects.filter(user=user).first() or StaffCredential(user=user)


def is_complete(user: User) -> bool:
    """Whether both password and PIN are the person's own choice."""
    held = of(user)
    return held.password_chosen_at is not None and held.pin_chosen_at is not None


@transaction.atomic
def choose_password(*, by: User, password: str, context: Context) -> None:
    by.set_password(password)
    by.save(update_fields=["password"])
    _keep(by, password_chosen_at=context.at)
    history.record(Act.PASSWORD, context=context, model="records.user", object_ids=[by.pk])


@transaction.atomic
def choose_pin(*, by: User, pin: str, context: Context) -> None:
    _keep(by, pin=make_password(_bound(by, pin)), pin_chosen_at=context.at)
    history.record(Act.PIN, context=context, model="records.user", object_ids=[by.pk])


def is_right_pin(user: User, pin: str) -> bool:
    held = of(user)
    return held.pin is not None and check_password(_bound(user, pin), held.pin)


def note_password(*, by: User, at: dt.datetime) -> None:
    """After somebody has changed the password on the page for it."""
    _keep(by, password_chosen_at=at)


def _bound(user: User, pin: str) -> str:
    """The hash of one account says nothing of another with the same digits."""
    return f"{user.pk}:{pin}"


def _keep(user: User, **values: object) -> None:
    StaffCredential.objects.update_or_create(user=user, defaults=values)
