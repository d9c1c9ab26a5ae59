"""Data keys: they encrypt what is sensitive and are themselves kept wrapped.

The wrapping keys come from the environment (`AZUKARI_DATA_KEYS`). Rotation wraps the data keys
anew and rewrites no row.
"""

import base64
import functools
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
KEY_BYTES = 32
ID_BYTES = 4


def parse(text: str, setting: str) -> dict[str, bytes]:
    """The keys of a setting by id, in their order.

    Raises ImproperlyConfigured at anything but `id:base64 of 32 bytes`.
    """
    keys = {}
    for item in text.split(","):
        name, _, encoded = item.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not name or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(f"{setting} must be id:base64 of 32 bytes, …")
        keys[name] = key
    return keys


@functools.cache
def wrapping_keys() -> dict[str, bytes]:
    """The wrapping keys by id, the one in use first. Raises ImproperlyConfigured."""
    return parse(settings.DATA_KEYS, "AZUKARI_DATA_KEYS")


@functools.cache
def data_key(number: int) -> AESGCM:
    """The data key of that number. Raises LookupError when its wrapping key is not at hand."""
    row = _model().objects.get(pk=number)
    return AESGCM(unseal(AESGCM(_wrapping(row)), bytes(row.wrapped), b"data key"))


@functools.cache
def newest() -> int:
    """The number of the data key that encrypts now."""
    return _model().objects.latest("pk").pk


def make_data_key() -> int:
    """Make a data key unless there is one; the number of the newest."""
    row = _model().objects.order_by("-pk").first()
    number = add_data_key() if row is None else row.pk
    forget()
    return number


def add_data_key() -> int:
    """Make a data key, under which what is written from now on is encrypted; its number."""
    name, wrapping = next(iter(wrapping_keys().items()))
    wrapped = seal(AESGCM(wrapping), os.urandom(KEY_BYTES), b"data key")
    return _model().objects.create(wrapped=wrapped, wrapped_by=name).pk


def rewrap() -> int:
    """Wrap every data key under the first wrapping key; how many were under another.

    Raises LookupError when the key that wraps one is not at hand, ValueError when it is another
    of the same name. The caller's transaction makes it all or nothing.
    """
    name, wrapping = next(iter(wrapping_keys().items()))
    rows = _model().objects.select_for_update().exclude(wrapped_by=name).order_by("pk")
    for row in rows:
        old = _wrapping(row)
        plain = unseal(AESGCM(old), bytes(row.wrapped), b"data key")
        row.wrapped, row.wrapped_by = seal(AESGCM(wrapping), plain, b"data key"), name
        row.save(update_fields=["wrapped", "wrapped_by"])
    return len(rows)


def forget() -> None:
    """Drop what is cached: after a rotation, or when the database is another one."""
    wrapping_keys.cache_clear()
    data_key.cache_clear()
    newest.cache_clear()


def encrypt(text: str, place: str) -> bytes:
    """The text under the newest data key, bound to its place (`app.model.field`)."""
    number = newest()
    return number.to_bytes(ID_BYTES) + seal(data_key(number), text.encode(), place.encode())


def decrypt(value: bytes, place: str) -> str:
    """The text back. Raises ValueError when it was changed or stems from another place."""
    number = int.from_bytes(value[:ID_BYTES])
    return unseal(data_key(number), value[ID_BYTES:], place.encode()).decode()


def seal(key: AESGCM, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, plain, bound_to)


def unseal(key: AESGCM, value: bytes, bound_to: bytes) -> bytes:
    try:
        return key.decrypt(value[:NONCE_BYTES], value[NONCE_BYTES:], bound_to)
    except InvalidTag as error:
        raise ValueError("an encrypted value was changed, moved or cut") from error


def _wrapping(row: Any) -> bytes:
    """The key that wraps a data key. Raises LookupError when it is not at hand."""
    wrapping = wrapping_keys().get(row.wrapped_by)
    if wrapping is None:
        raise LookupError(f"AZUKARI_DATA_KEYS lacks the key {row.wrapped_by}")
    return wrapping


def _model():  # type: ignore[no-untyped-def]
    return apps.get_model("records", "DataKey")
