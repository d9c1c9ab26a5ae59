"""One backup: a folder with three sealed files and a manifest that vouches for them.

`database` is a dump of PostgreSQL, `files` a tar of the uploaded files, `contents` what both must
hold once they are restored. The manifest names their sizes and SHA-256 and carries a seal of its
own, so nothing of it can be changed without the key either.
"""

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from azukari.backups.sealing import Damaged, Key, SealedWriter, unsealed
from history import clock
from records import keys

MANIFEST = "manifest.json"
PARTS = ("contents", "files", "database")
FORMAT = 1
# Under Tokyo's wall clock; sorts by time.
NAME_FORMAT = "%Y%m%d-%H%M%S"


@dataclasses.dataclass(frozen=True)
class Part:
    """A sealed file: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Manifest:
    name: str
    key: str
    parts: dict[str, Part]
    seal: str = ""

    @property
    def made_at(self) -> dt.datetime:
        return made_at(self.name)

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts.values())

    def sealed_with(self, key: Key) -> str:
        stated = json.dumps(self.facts(), sort_keys=True).encode()
        secret = key.derived(b"", "manifest")
        return hmac.new(secret, stated, hashlib.sha256).hexdigest()

    def facts(self) -> dict[str, Any]:
        parts = {name: dataclasses.asdict(part) for name, part in self.parts.items()}
        return {"format": FORMAT, "name": self.name, "key": self.key, "parts": parts}


def made_at(name: str) -> dt.datetime:
    """The moment a backup of that name was begun. Raises ValueError at another name."""
    return dt.datetime.strptime(name, NAME_FORMAT).replace(tzinfo=clock.TOKYO)


def new_name(folder: Path, at: dt.datetime) -> str:
    """The name of a backup begun at that moment; of a second one in a second that of the next."""
    while (folder / (name := clock.local(at).strftime(NAME_FORMAT))).exists():
        at += dt.timedelta(seconds=1)
    return name


def key_ring() -> dict[str, Key]:
    """The keys of backups by id; the first seals anew. Raises ImproperlyConfigured."""
    found = keys.parse(settings.BACKUP_KEYS, "AZUKARI_BACKUP_KEYS")
    return {name: Key(name, secret) for name, secret in found.items()}


class Writer:
    """Writes a backup into a folder beside its final one, which appears only when it is whole."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.key = next(iter(key_ring().values()))
        self._final = folder / name
        self._folder = folder / f".{name}"
        self._parts: dict[str, Part] = {}

    def __enter__(self) -> "Writer":
        self._folder.mkdir(mode=0o700, parents=True)
        return self

    def __exit__(self, *raised: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def part(self, name: str) -> Iterator[SealedWriter]:
        with (self._folder / f"{name}.sealed").open("wb") as file:
            writer = SealedWriter(file, self.key, f"{self.name}/{name}")
            yield writer
            writer.finish()
        self._parts[name] = Part(writer.size, writer.sha256)

    def finish(self) -> Manifest:
        """Write the manifest and give the backup its name."""
        manifest = Manifest(self.name, self.key.name, self._parts)
        facts = manifest.facts() | {"seal": manifest.sealed_with(self.key)}
        with (self._folder / MANIFEST).open("w") as file:
            file.write(json.dumps(facts, indent=1))
            file.flush()
            os.fsync(file.fileno())
        self._folder.rename(self._final)
        return manifest


class Archive:
    """A backup on disk. Reading it raises Damaged where it is not what was written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = key_ring()

    def manifest(self) -> Manifest:
        """The manifest, if its seal holds and it names the folder it lies in."""
        try:
            facts = json.loads((self.folder / MANIFEST).read_text())
            parts = {name: Part(**part) for name, part in facts["parts"].items()}
            manifest = Manifest(facts["name"], facts["key"], parts, facts["seal"])
        except FileNotFoundError as error:
            raise Damaged(f"{self.folder} holds no backup: {MANIFEST} is missing") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Damaged(f"{MANIFEST} can't be read") from error
        if manifest.key not in self.keys:
            raise Damaged(f"AZUKARI_BACKUP_KEYS lacks the key {manifest.key} it was made with")
        expected = manifest.sealed_with(self.keys[manifest.key])
        if facts.get("format") != FORMAT or not hmac.compare_digest(manifest.seal, expected):
            raise Damaged(
                f"{MANIFEST} was changed, or {manifest.key} is not the key it was made with"
            )
        if set(parts) != set(PARTS):
            raise Damaged(f"{MANIFEST} names other parts than {', '.join(PARTS)}")
        return manifest

    def check(self) -> Manifest:
        """Read every byte: sizes, SHA-256 and seals of all parts. Nothing is written."""
        manifest = self.manifest()
        for name, part in manifest.parts.items():
            path = self.path(name)
            if not path.exists():
                raise Damaged(f"{path.name} is missing")
            if path.stat().st_size != part.size:
                raise Damaged(f"{path.name} has {path.stat().st_size} bytes instead of {part.size}")
            if sha256_of(path) != part.sha256:
                raise Damaged(f"{path.name} is not the file that the manifest names")
            for _piece in self.pieces(name):
                pass
        return manifest

    def path(self, part: str) -> Path:
        return self.folder / f"{part}.sealed"

    def pieces(self, part: str) -> Iterator[bytes]:
        """The plain bytes of a part."""
        # Bound to the name sealed into the manifest, not to that of a folder somebody renamed.
        bound_to = f"{self.manifest().name}/{part}"
        with self.path(part).open("rb") as file:
            try:
                yield from unsealed(file, self.keys, bound_to)
            except Damaged as error:
                raise Damaged(f"{self.path(part).name}: {error}") from error

    def contents(self) -> dict[str, Any]:
        return json.loads(b"".join(self.pieces("contents")))


def archives(folder: Path) -> list[Path]:
    """The backups of a folder, newest first."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if _is_backup(path)), reverse=True)


def _is_backup(path: Path) -> bool:
    try:
        made_at(path.name)
    except ValueError:
        return False
    return (path / MANIFEST).exists()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
