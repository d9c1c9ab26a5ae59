"""Encrypted files of any length, written and read in pieces that fit into memory.

A file begins with the id of its key and a salt; each piece is sealed under a key derived from both
and from what the file is bound to, with its number and whether it is the last. So a piece can
neither be changed, dropped, repeated nor moved, and a file can't take the place of another.
"""

import dataclasses
import hashlib
import io
import os
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"AZUKARI-BACKUP-1\n"
PIECE_BYTES = 1 << 20
TAG_BYTES = 16
SALT_BYTES = 32


class Damaged(Exception):
    """A file is not what was written: changed, cut, swapped, or the key is another one."""


@dataclasses.dataclass(frozen=True)
class Key:
    """A key of `AZUKARI_BACKUP_KEYS`, with the name it has there."""

    name: str
    secret: bytes

    def derived(self, salt: bytes, purpose: str) -> bytes:
        return HKDF(SHA256(), 32, salt, purpose.encode()).derive(self.secret)


class SealedWriter:
    """Seals what is written to it; `sha256` and `size` are those of the sealed file."""

    def __init__(self, file: BinaryIO, key: Key, bound_to: str) -> None:
        salt = os.urandom(SALT_BYTES)
        self.size = 0
        self._file = file
        self._digest = hashlib.sha256()
        self._cipher = AESGCM(key.derived(salt, bound_to))
        self._waiting = bytearray()
        self._number = 0
        self._put(MAGIC + bytes([len(key.name)]) + key.name.encode() + salt)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        self._waiting += data
        # The last piece must be known as such, so a full one waits for what follows it.
        while len(self._waiting) > PIECE_BYTES:
            self._seal(bytes(self._waiting[:PIECE_BYTES]), is_last=False)
            del self._waiting[:PIECE_BYTES]
        return len(data)

    def finish(self) -> None:
        self._seal(bytes(self._waiting), is_last=True)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._put(self._cipher.encrypt(_nonce(self._number, is_last=is_last), piece, None))
        self._number += 1

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)


def unsealed(file: BinaryIO, keys: Mapping[str, Key], bound_to: str) -> Iterator[bytes]:
    """The pieces of a sealed file. Raises Damaged at the first that is not what was written."""
    cipher = _cipher_of(file, keys, bound_to)
    number, piece = 0, file.read(PIECE_BYTES + TAG_BYTES)
    while piece:
        following = file.read(PIECE_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), piece, None)
        except InvalidTag as error:
            raise Damaged(f"piece {number + 1} was changed, cut or belongs elsewhere") from error
        number, piece = number + 1, following
    if number == 0:
        raise Damaged("it ends after its head")


class UnsealedReader(io.RawIOBase):
    """The same as a file to read from, for what reads files."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def, override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _cipher_of(file: BinaryIO, keys: Mapping[str, Key], bound_to: str) -> AESGCM:
    if file.read(len(MAGIC)) != MAGIC:
        raise Damaged("it is no file of a backup")
    length = int.from_bytes(file.read(1))
    name = file.read(length).decode(errors="replace")
    salt = file.read(SALT_BYTES)
    if name not in keys:
        raise Damaged(f"AZUKARI_BACKUP_KEYS lacks its key {name}")
    return AESGCM(keys[name].derived(salt, bound_to))


def _nonce(number: int, *, is_last: bool) -> bytes:
    # The key is the file's own, so a counter never repeats under it.
    return number.to_bytes(11) + bytes([is_last])
