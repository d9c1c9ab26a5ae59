"""Devices that a parent logged in from: known again, trusted for a while, forgotten."""

import datetime as dt
import hashlib
import re
import secrets

from django.db import transaction

from records.models import KnownDevice, User

TRUSTED_FOR = dt.timedelta(days=30)
SECRET = re.compile(r"[\w-]{43}", re.ASCII)

# The first that fits names the device: rough on purpose, and never more than what a person sees.
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS = (
    ("Edg", "Edge"), ("Line/", "LINE"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def is_secret(text: str) -> bool:
    """Whether a cookie holds what could be a secret of ours."""
    return SECRET.fullmatch(text) is not None


def name_of(user_agent: str) -> str:
    """iPhone・Safari: what somebody remembers of a device; empty for one that tells nothing."""
    found = [
        next((name for mark, name in table if mark in user_agent), "")
        for table in (SYSTEMS, BROWSERS)
    ]
    return "・".join(filter(None, found))


@transaction.atomic
def recognise(
    *, user: User, secret: str, user_agent: str, trust: bool, at: dt.datetime
) -> tuple[KnownDevice, bool]:
    """Note a log-in from the device with this secret; the device, and whether it is new.

    With `trust` the second factor is not asked for there during 30 days.
    """
    device, is_new = KnownDevice.objects.get_or_create(
        user=user,
        secret_hash=_hash(secret),
        defaults={"first_seen_at": at, "last_seen_at": at, "name": name_of(user_agent)},
    )
    device.last_seen_at = at
    device.name = name_of(user_agent)
    if trust:
        device.trusted_until = at + TRUSTED_FOR
    device.save(update_fields=["last_seen_at", "name", "trusted_until"])
    return device, is_new


def is_known(*, user: User, secret: str) -> bool:
    """Whether this account was logged in from the device before."""
    return user.devices.filter(secret_hash=_hash(secret)).exists()


def is_trusted(*, user: User, secret: str, at: dt.datetime) -> bool:
    """Whether the second factor need not be asked for on the device with this secret."""
    return user.devices.filter(secret_hash=_hash(secret), trusted_until__gt=at).exists()


@transaction.atomic
def forget(device: KnownDevice) -> None:
    """End what was opened there; the next log-in from it counts as one from a new device."""
    device.delete()


@transaction.atomic
def forget_others(*, user: User, keep: str | None) -> int:
    """Forget all devices but the one with this id, log-ins included; how many there were."""
    others = user.devices.exclude(pk=keep) if keep else user.devices.all()
    count = others.count()
    others.delete()
    return count


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
